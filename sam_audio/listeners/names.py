"""Names of sounds that a listener looks for when it is given none. Data only; parted by commas."""

from typing import Final


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


SOUND_NAMES: Final[tuple[str, ...]] = _split("""
speech, a crowd talking, whispering, shouting, laughter, crying baby, coughing, snoring, footsteps, applause
singing voice, choir, rapping, music, drums, bass guitar, acoustic guitar, electric guitar, piano, organ
synthesizer, strings, violin, cello, brass, trumpet, saxophone, flute, clarinet, harp, accordion, bells
dog barking, cat meowing, birds singing, rooster crowing, chickens, cow mooing, sheep bleating, horse
pig grunting, frogs croaking, crickets, bees buzzing, mosquito, wind, rain, thunder, ocean waves, stream
waterfall, dripping water, pouring water, fire crackling, ice breaking, leaves rustling
car engine, car horn, motorcycle, truck, traffic, train, train whistle, airplane, helicopter, boat engine
bicycle bell, siren, alarm clock, smoke alarm, church bells, telephone ringing, doorbell, door slamming
door creaking, knocking, glass breaking, keys jingling, keyboard typing, mouse clicking, clock ticking
vacuum cleaner, washing machine, hair dryer, fan, refrigerator hum, microwave beep, frying, cutlery
sawing wood, chainsaw, hammering, drilling, jackhammer, lawn mower, sewing machine, machinery, gunshot
explosion, fireworks, whistling, hand clapping, finger snapping, camera shutter, paper rustling, zipper
television, radio static, white noise, mains hum, beep, video game sounds, silence
""")
