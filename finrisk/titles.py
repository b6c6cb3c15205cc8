"""Titles and fixed sentences of an answer: notebook, panel, report, API and page say the same.

The page has a copy of its own (it is plain HTML); a test holds it to these.
"""

__all__ = [
    "GROUPS",
    "HELP",
    "NOTHING_HELPS",
    "NO_ADVICE",
    "ONE_FIELD",
    "ONE_PART",
    "POINTS",
    "QUESTION",
    "SURVEY",
    "WHY",
]

QUESTION = "How likely is financial stress in three to six months?"
WHY = "Why, against the typical household"
POINTS = "In points of the risk score."
ONE_FIELD = "Risk if only this were different"  # of a curve, before the label
ONE_PART = "Risk if only this part of the what-if moves"
HELP = "What would help households like yours"
NOTHING_HELPS = "No change within reach lowers this risk noticeably."
NO_ADVICE = "Learned from a simulated world: made for learning, not financial advice."
GROUPS = {"all": "All households", "onset": "Not short of money yet"}
# Where real families stand, whom `finrisk families` reads; you download them, we never do.
SURVEY = (
    "Download the Survey of Consumer Finances 2019 from the Federal Reserve Board "
    "(federalreserve.gov/econres/scfindex.htm): Summary Extract Public Data, CSV."
)
