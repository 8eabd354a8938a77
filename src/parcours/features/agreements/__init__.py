"""Funders’ agreements and their workbooks."""
