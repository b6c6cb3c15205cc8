"""Exercise and quiz of lesson 00, start here."""

from finrisk.course.judges import close_to
from finrisk.course.material import Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]

EXERCISES = (
    Exercise(
        key="00.1",
        task="How many months of expenses do savings of $2,500 cover at $3,900 a month?",
        expects="a number",
        hints=(
            "If you had $7,800 and spent $3,900 a month, how many months could you pay for?",
            "Divide the savings by the expenses of one month.",
        ),
        solution="months_covered = 2_500 / 3_900",
        judge=close_to(
            2_500 / 3_900,
            [
                (3_900 / 2_500, "That is expenses per dollar saved: turn the division round."),
                (2_500 / 4_200, "That divides by income. Bills are what savings must cover."),
                (3_900 - 2_500, "That is a number of dollars, and months are asked for."),
            ],
            tolerance=0.01,
        ),
        insight="a household below one month is already short: the forecast is about who "
        "will be there in three to six months.",
        right=lambda: 0.641,
        wrong=(
            (3_900 / 2_500, "turn the division round"),
            (2_500 / 4_200, "divides by income"),
            (3_900 - 2_500, "months are asked for"),
            ("2500/3900", "a number is asked for"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A household has a risk score of 37. What does that say?",
        options=(
            (
                "It will be in stress in 37 days.",
                "The score is a probability, and it is about months 3 to 6 from now.",
            ),
            (
                "Of 100 households like it, about 37 come into stress in months 3 to 6.",
                "The score is 100 times the probability, rounded.",
            ),
            (
                "It is worse off than 37 % of all households.",
                "That would be a rank. The score is a share of households like this one.",
            ),
        ),
        right=1,
    ),
    Question(
        text="Where do the households in this course come from?",
        options=(
            (
                "From a bank's customers, without names.",
                "No real person is in the data. The world is simulated.",
            ),
            (
                "From a simulated world, fitted to published statistics.",
                "That is why the best possible answer is known, and why this is not advice.",
            ),
            (
                "From a survey of families.",
                "Surveys serve to check the simulated world; the households are invented.",
            ),
        ),
        right=1,
    ),
    Question(
        text="You move the savings slider up and the risk falls. What have you seen?",
        options=(
            (
                "What the model says about households with more savings.",
                "Whether a change has that effect is a second question; lesson 4 tests income.",
            ),
            (
                "Proof that saving prevents stress.",
                "A prediction is not yet an effect: savers may differ in other ways too.",
            ),
            (
                "The future of this household.",
                "The model gives a probability, not a future.",
            ),
        ),
        right=0,
    ),
)
