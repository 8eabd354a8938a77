"""Skills: frameworks, a cohort’s grid, a learner’s levels and progress."""
