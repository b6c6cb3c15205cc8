"""What writes the lessons, the book, README and the model card; for authors, never for learners.

    python -m finrisk.authors.editions 03     # lessons from their solutions
    python -m finrisk.authors.front_page      # the computed parts of README
    python -m finrisk.authors.model_card      # the same of the model card
    python -m finrisk.authors.book            # the course as a website

Nobody imports this room but its own modules and the tests, and an installed package goes without.
"""
