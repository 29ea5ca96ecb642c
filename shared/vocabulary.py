"""Which of the 80 COCO classes a person means: synonyms and plurals by table, then by meaning.

A phrase may name several things ("dogs and cats") or a whole group of them ("animals").
"""

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shared.detector import CLASSES

SYNONYMS = {
    "person": "people man men woman women human humans boy girl child children kid kids baby babies lady "
    "ladies guy gentleman gentlemen adult teenager astronaut player worker pedestrian rider cyclist "
    "bicyclist biker motorcyclist skateboarder skater skier snowboarder surfer",
    "bicycle": "bike cycle pushbike velo",
    "car": "automobile sedan taxi cab suv auto",
    "motorcycle": "motorbike moped scooter",
    "airplane": "aeroplane plane aircraft jet airliner",
    "bus": "coach minibus",
    "train": "locomotive tram railcar",
    "truck": "lorry pickup van",
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
    "tennis racket": "racket racquet",
    "bottle": "flask",
    "wine glass": "wineglass goblet",
    "cup": "mug teacup coffee coffeecup beaker",
    "knife": "blade",
    "orange": "tangerine mandarin",
    "sandwich": "burger hamburger cheeseburger",
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
    "refrigerator": "fridge freezer",
    "clock": "watch wristwatch",
    "teddy bear": "teddy",
    "hair drier": "hairdryer hairdrier blowdryer",
}
# The groups of COCO's own list (Lin et al., 2014), and words for them.
GROUPS = {
    "animal animals pet pets creature": "bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe",
    "vehicle vehicles traffic": "bicycle, car, motorcycle, airplane, bus, train, truck, boat",
    "furniture": "chair, couch, potted plant, bed, dining table, toilet",
    "food meal snack": "banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake",
    "fruit fruits": "banana, apple, orange",
    "vegetable vegetables": "broccoli, carrot",
    "cutlery silverware": "fork, knife, spoon",
    "dish dishes crockery tableware kitchenware": "bottle, wine glass, cup, fork, knife, spoon, bowl",
    "electronics gadget gadgets": "tv, laptop, mouse, remote, keyboard, cell phone",
    "appliance appliances": "microwave, oven, toaster, sink, refrigerator",
}
ALIKE = 0.62  # least cosine of MiniLM embeddings; below it, unlike things are taken for one another
ARTICLES = ("a", "an", "the", "my", "his", "her", "their", "one", "all", "every", "each", "some", "any")
BETWEEN = re.compile(r"\s*[,;/+&]\s*|\s+(?:and|or)\s+")


def names_in(text: str) -> dict[str, tuple[str, ...]]:
    """Return each thing that a text names, with the classes it may be: several for a group, none if unknown.

    Args:
        text: Such as "the kittens", "cups, plates and spoons", "animals".
    """
    parts = [part.strip() for part in BETWEEN.split(text.lower()) if part.strip()] or [text]
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        name = None if _phrase(part) in _GROUP else class_of(part)
        found[part] = _GROUP.get(_phrase(part), ()) if name is None else (name,)
    return found


def class_of(text: str) -> str | None:
    """Return the class that a short text names, or None.

    Args:
        text: Such as "dog", "the kittens", "coffee cup".
    """
    phrase = _phrase(text)
    words = phrase.split()
    if not words:
        return None
    for candidate in (phrase, phrase.replace(" ", ""), words[-1] if len(words) > 1 else phrase):
        for form in _singulars(candidate):
            if form in _TABLE:
                return _TABLE[form]
    return _nearest(phrase)


def _phrase(text: str) -> str:
    """Return the words of a text without articles and hyphens, in lower case."""
    return " ".join(w for w in text.lower().replace("-", " ").split() if w not in ARTICLES)


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
_GROUP = {word: tuple(names.split(", ")) for words, names in GROUPS.items() for word in words.split()}
