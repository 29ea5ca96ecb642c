"""Which of the 80 COCO classes a person means: synonyms and plurals by table, then by meaning."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from shared.detector import CLASSES

SYNONYMS = {
    "person": "people man men woman women human humans boy girl child children kid kids baby lady guy "
    "gentleman adult astronaut player worker pedestrian rider",
    "bicycle": "bike cycle pushbike",
    "car": "automobile sedan taxi cab suv auto",
    "motorcycle": "motorbike moped scooter",
    "airplane": "aeroplane plane aircraft jet airliner",
    "bus": "coach minibus",
    "train": "locomotive tram railcar",
    "truck": "lorry pickup",
    "boat": "ship yacht sailboat canoe kayak ferry",
    "traffic light": "stoplight",
    "fire hydrant": "hydrant",
    "bird": "pigeon duck seagull chicken sparrow parrot goose swan eagle",
    "cat": "kitten kitty tomcat feline pussycat",
    "dog": "puppy doggy hound canine",
    "horse": "pony mare stallion foal",
    "sheep": "lamb ram ewe",
    "cow": "bull calf cattle ox",
    "backpack": "rucksack knapsack",
    "umbrella": "parasol",
    "handbag": "purse bag",
    "tie": "necktie",
    "suitcase": "luggage baggage",
    "skis": "ski",
    "sports ball": "ball football soccerball basketball baseball",
    "bottle": "flask",
    "wine glass": "wineglass goblet",
    "cup": "mug teacup coffee coffeecup beaker",
    "knife": "blade",
    "orange": "tangerine mandarin",
    "donut": "doughnut",
    "cake": "tart",
    "hot dog": "hotdog",
    "chair": "armchair stool seat",
    "couch": "sofa settee",
    "potted plant": "plant houseplant flowerpot",
    "dining table": "table desk",
    "tv": "television monitor screen",
    "laptop": "notebook computer",
    "cell phone": "phone cellphone smartphone telephone mobile handy",
    "refrigerator": "fridge",
    "clock": "watch",
    "teddy bear": "teddy",
    "hair drier": "hairdryer hairdrier blowdryer",
}
ALIKE = 0.62  # least cosine of MiniLM embeddings; below it, unlike things are taken for one another
ARTICLES = ("a", "an", "the", "my", "his", "her", "their", "one", "all", "every", "each", "some")


def class_of(text: str) -> str | None:
    """Return the class that a short text names, or None.

    Args:
        text: Such as "dog", "the kittens", "coffee cup".
    """
    words = [word for word in text.lower().replace("-", " ").split() if word not in ARTICLES]
    if not words:
        return None
    phrase = " ".join(words)
    for candidate in (phrase, phrase.replace(" ", ""), words[-1] if len(words) > 1 else phrase):
        for form in _singulars(candidate):
            if form in _TABLE:
                return _TABLE[form]
    return _nearest(phrase)


def nearest_classes(text: str, *, count: int = 3) -> list[str]:
    """Return the classes that are nearest in meaning, nearest first."""
    from shared.encoders.text import text_encoder

    order = np.argsort(-(_class_embeddings() @ text_encoder().encode([text])[0]))
    return [CLASSES[i] for i in order[:count]]


def _nearest(phrase: str) -> str | None:
    from shared.encoders.text import text_encoder

    alike = _class_embeddings() @ text_encoder().encode([phrase])[0]
    best = int(alike.argmax())
    return CLASSES[best] if alike[best] >= ALIKE else None


@cache
def _class_embeddings() -> NDArray[np.float32]:
    from shared.encoders.text import text_encoder

    return text_encoder().encode(CLASSES)


def _singulars(word: str) -> list[str]:
    """Return what a plural may be the plural of, the word itself first."""
    forms = [word]
    for ending, singular in (("ies", "y"), ("ves", "fe"), ("ves", "f"), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            forms.append(word.removesuffix(ending) + singular)
    return forms


_TABLE = {name: name for name in CLASSES} | {name.replace(" ", ""): name for name in CLASSES}
_TABLE |= {word: name for name, words in SYNONYMS.items() for word in words.split()}
_TABLE |= {
    "mice": "mouse",
    "geese": "bird",
    "oxen": "cow",
    "remote control": "remote",
    "pot plant": "potted plant",
}
