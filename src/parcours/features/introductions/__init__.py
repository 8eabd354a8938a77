"""Mises en relation: a person and a need, the agreement, the employer’s answer."""
