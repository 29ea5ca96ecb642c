"""What a text asks of an engine that reads any text: one phrase or several."""

import re
from collections.abc import Iterable

from shared.prompts import Text

APART = re.compile(r"\s*[,;.\n]\s*")
JOINED = re.compile(r"\s+(?:and|or)\s+|\s*[&+]\s*")
ARTICLES = re.compile(r"^(?:an?|the|my|some|all|every|each)\s+")


def phrases_in(texts: Iterable[Text]) -> tuple[str, ...]:
    """Return the phrases of some texts in lower case, each once, in their order.

    Commas, semicolons and full stops always part phrases; "and" and "or" do so between single nouns
    only, so that "dogs and the cat" are two things and "black and white cat" is one.
    """
    found: dict[str, None] = {}
    for text in texts:
        for part in APART.split(text.text.lower()):
            nouns = [ARTICLES.sub("", word.strip()) for word in JOINED.split(part)]
            single = len(nouns) > 1 and all(noun and " " not in noun for noun in nouns)
            found |= dict.fromkeys(nouns if single else [part.strip()])
    found.pop("", None)
    return tuple(found)
