"""Embedded default: BlazePose landmarks, then a fit of the parametric body."""

from typing import TYPE_CHECKING

import numpy as np

from sam_body.settings import Beliefs, Wishes
from sam_body.skeletons import Skeleton
from sam_body.types import IN_SIGHT, Body
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, Keypoints, MaskHint, Points, Prompts
from shared.registry import EngineSpec

if TYPE_CHECKING:
    from sam_body.observation import Observation
    from sam_body.people import Wanted

DOUBTFUL = 0.025
"""Landmarks that lie this share of the person's size from the body are not those of a body in any pose."""
_LIMBS = ("wrist", "elbow", "knee", "ankle", "hip")


class LandmarkFit:
    """Find people with the pose net and fit the body to each."""

    def estimate(
        self, image: Image, prompts: Prompts, skeleton: Skeleton, wishes: Wishes, progress: Progress
    ) -> tuple[tuple[Body, ...], tuple[str, ...]]:
        """Return the bodies of the people meant, and warnings.

        Raises:
            InputError: No person is there.
            PromptError: Keypoints of a joint or a person that there is not.
        """
        from sam_body.building import body_from_fit
        from sam_body.by_hand import observation_by_hand
        from sam_body.corrections import corrected, told
        from sam_body.fitting import fit
        from sam_body.measures import missed_words, solved
        from sam_body.model import body_model
        from sam_body.observation import observe
        from sam_body.people import wanted_people
        from sam_body.silhouette import refine, with_measures

        progress.step(0.0, "finding people")
        people, more = wanted_people(image, prompts, most_people=wishes.most_people)
        model, bodies, warnings = body_model(), [], [*more, *_shared(wishes.beliefs, len(people))]
        camera, source = wishes.view.camera, wishes.view.source
        for number, wanted in enumerate(people):
            progress.step(0.3 + 0.7 * number / len(people), f"fitting person {number + 1} of {len(people)}")
            said, person = told(wanted.keypoints), wanted.person
            if person is None:
                seen = observation_by_hand(said, camera)
            else:
                seen = corrected(self.sharpened(image, wanted, observe(person, camera)), said)
                seen = self.deepened(seen)
            beliefs = wishes.beliefs
            mask = wanted.mask if wishes.outline else None
            fitted = fit(model, seen, beliefs.without_girths())
            if mask is not None:
                fitted = refine(model, seen, fitted, mask, beliefs.without_girths())
            fitted = with_measures(model, seen, fitted, mask, beliefs)
            if beliefs.measures_cm:
                warnings += missed_words(solved(fitted.shape, beliefs.measures_cm))
            score = 0.0 if person is None else person.score
            known = {"object_id": wanted.object_id, "focal_source": source}
            body = body_from_fit(model, skeleton, fitted, seen, score=score, **known)
            bodies.append(body)
            who = f"Person {number + 1}: " if len(people) > 1 else ""
            warnings += _faint(body, who, beliefs) + _doubtful(body, seen.size_px, who)
        return tuple(bodies), tuple(warnings)

    def sharpened(self, image: Image, wanted: "Wanted", seen: "Observation") -> "Observation":
        """Return what is seen of a person, as another net than the embedded one may see it better."""
        return seen

    def deepened(self, seen: "Observation") -> "Observation":
        """Return what is seen with better depths than the pose net's own."""
        from sam_body.lifting import lifted

        return lifted(seen)


def _doubtful(body: Body, size_px: float, who: str) -> list[str]:
    """Warn where no body has its joints where the net saw them: hugging people, a mirrored or odd figure."""
    marks = body.landmarks
    apart = np.linalg.norm(marks.fitted_px - marks.seen_px, axis=1)[marks.visibility > IN_SIGHT]
    share = float(apart.mean()) / size_px if len(apart) else 0.0
    if share <= DOUBTFUL:
        return []
    return [f"{who}doubtful: the body misses the joints seen by {share:.0%} of its size. Correct the joints."]


def _shared(beliefs: Beliefs, count: int) -> list[str]:
    """Warn where the measures of one person were given for several."""
    if count < 2 or not beliefs.measures_cm:
        return []
    named = ", ".join(f"{name}_cm" for name in beliefs.measures_cm)
    return [f"All {count} people were fitted to the same {named}: mark one person whose measures these are."]


def _faint(body: Body, who: str, beliefs: Beliefs) -> list[str]:
    """Say which limbs were guessed because the net could not see them, and with the legs the height."""
    marks = body.landmarks
    hidden = {
        name.replace("_", " ")
        for name, basis in zip(marks.names, marks.basis, strict=True)
        if basis in ("guessed", "hidden") and name.partition("_")[2] in _LIMBS
    }
    if not hidden:
        return []
    words = [f"{who}not in sight, so guessed: {', '.join(sorted(hidden))}."]
    if not {"height", "inseam"} & beliefs.measures_cm.keys() and {"left knee", "right knee"} <= hidden:
        words.append(f"{who}without the legs the height, {body.height_m:.2f} m, is a guess: give height_cm.")
    return words


def _load(_device: str) -> LandmarkFit:
    return LandmarkFit()


SPECS = (
    EngineSpec(
        id="landmark-fit",
        task="estimate",
        tier="embedded",
        title="Landmark fit",
        summary="Finds 33 landmarks with BlazePose and fits a parametric body to them; seconds on a CPU.",
        accepts=frozenset({Points, Box, MaskHint, Keypoints}),
        licence="Apache-2.0 (nets, keypoints), CC0-1.0 (body)",
        version="1",
        load=_load,
        weights=(
            "blazepose_landmark_full.onnx",
            "blazepose_detector.onnx",
            "nanodet_coco80.onnx",
            "body.npz",
            "body_joints.npz",
        ),
        default=True,
    ),
)
