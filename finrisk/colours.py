"""What each colour means, in plots, drawings, panel and exercises.

All from the palette of Okabe and Ito (2008), which colour-blind readers can tell apart. The
page repeats some of them in `frontend/styles.css`; a test holds the two together.
"""

__all__ = [
    "ALARM",
    "BASELINE",
    "CALM",
    "CLASS_COLOURS",
    "INK",
    "LINE",
    "LOWERS",
    "MODEL",
    "PALETTE",
    "RAISES",
    "RIGHT",
    "STRESSED",
    "TRUTH",
    "WRONG",
]

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PINK, SKY, GREY = "#CC79A7", "#56B4E9", "#767676"
PALETTE = (BLUE, ORANGE, GREEN, PINK, SKY)  # for lines that mean nothing but "another one"

TRUTH, MODEL, BASELINE, STRESSED = "black", BLUE, GREY, VERMILION
CLASS_COLOURS = {"Low": BLUE, "Moderate": ORANGE, "High": VERMILION}
RAISES, LOWERS = VERMILION, BLUE  # what a driver does to the risk
RIGHT, WRONG = GREEN, VERMILION  # an answer to an exercise
CALM, ALARM = BLUE, VERMILION  # a message in the panel
INK, LINE = "#1B2A34", "#D5DDE2"  # letters and frames of pictures on white
