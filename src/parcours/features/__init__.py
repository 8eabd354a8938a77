"""Rooms: what people see, one package each, none importing another."""

from parcours.features.account.routes import router as account
from parcours.features.home.routes import router as home
from parcours.features.learners.routes import router as learners
from parcours.features.pathways.breaks import router as breaks
from parcours.features.pathways.routes import router as pathways
from parcours.features.pathways.transitions import router as transitions

# The order matters where addresses overlap: /apprenants/nouveau before /apprenants/{id}.
ROOMS = (account, home, learners, pathways, transitions, breaks)
