"""Labels of pictures: the body of a request, and how labels about what can be measured are judged."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from inference_core.engine.builtin.measured.claims import truth
from inference_core.engine.builtin.measured.facts import PictureFacts
from inference_core.engine.builtin.measured.vocabulary import claims
from inference_core.engine.builtin.text.candidate_labels import CandidateLabels
from inference_core.engine.contract import CannotAnswer, Parameters
from inference_core.engine.inputs import Upload

_MIN_TRUTH = 0.2

LabelScores = list[dict[str, str | float]]


class ZeroShotImageParameters(Parameters):
    """`hypothesis_template`: for example "a picture of {}", with {} for the label; the whole sentence is judged."""

    candidate_labels: CandidateLabels
    hypothesis_template: str | None = None


class ZeroShotImageBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The picture is in `inputs`; clients from 2023 sent it as `image`."""

    parameters: ZeroShotImageParameters
    inputs: Upload | None = None
    image: Upload | None = None

    def upload(self) -> Upload:
        """The picture's file. Raises CannotAnswer if it is missing."""
        upload = self.inputs or self.image
        if upload is None:
            raise CannotAnswer("picture_missing")
        return upload


def sentences(labels: Sequence[str], template: str | None) -> list[str]:
    """Each label in its place in the template. Raises CannotAnswer for a template without {}."""
    if template is not None and "{}" not in template:
        raise CannotAnswer("template_without_place", example="A picture of {}.")
    return [(template or "{}").replace("{}", label) for label in labels]


def measurable(labels: Sequence[str], template: str | None) -> dict[str, str]:
    """What each label says about the picture, for the labels that are about what can be measured."""
    found = claims(sentences(labels, template))
    return {label: claim for label, claim in zip(labels, found, strict=True) if claim}


def measured_scores(claim_of: Mapping[str, str], facts: PictureFacts) -> LabelScores:
    """{label, score} per label, best first. Scores sum to 1; a single label gets a score for how well it fits.

    Raises CannotAnswer for two labels with the same meaning, and if no label fits the picture.
    """
    claim, count = Counter(claim_of.values()).most_common(1)[0]
    if count > 1:
        same = [label for label, said in claim_of.items() if said == claim]
        raise CannotAnswer("labels_mean_the_same", labels=named(same))
    truths = {label: truth(claim, facts) for label, claim in claim_of.items()}
    if len(truths) > 1 and max(truths.values()) < _MIN_TRUTH:
        raise CannotAnswer("no_label_is_true")
    total = sum(truths.values()) if len(truths) > 1 else 1.0
    ranked = sorted(truths.items(), key=lambda pair: -pair[1])
    return [{"label": label, "score": value / total} for label, value in ranked]


def named(labels: Sequence[str]) -> str:
    """The first five labels, quoted, for an error."""
    shown = [repr(label)[:50] for label in labels[:5]]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
