"""Titles and phrases of the everyday sounds and instruments that the suite's own net was trained on.

The engine offers those that its metadata lists as good enough; trained but not offered names are here too,
because the net uses them as competitors and the training embeds their phrases.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SoundName:
    """One trained sound.

    Args:
        id: Concept id, also what the weights' metadata calls it.
        title: What a person calls it.
        phrases: Prompts that mean it, lower-case; the first is the plainest.
        kind: "music" for instruments, else "sound".
    """

    id: str
    title: str
    phrases: tuple[str, ...]
    kind: str = "sound"


def _name(id: str, title: str, phrases: str, kind: str = "sound") -> SoundName:
    return SoundName(id, title, tuple(part.strip() for part in phrases.split(",")), kind)


_EVERYDAY = (
    _name("dog", "dog barking", "dog barking, dog, dogs, barking, bark, a dog barks, puppy, hound, yapping, woof"),
    _name("cat", "cat meowing", "cat meowing, cat, cats, meow, meowing, kitten, miaow"),
    _name("birds", "birds singing", "birds singing, bird, birds, bird singing, birdsong, bird song, singing birds, "
          "bird call, bird calls, birds chirping, bird chirping, chirping, chirp, tweet, tweeting, songbird, sparrow, "
          "blackbird, robin, canary, nightingale"),
    _name("crow", "crow or gull", "crow, crows, cawing, caw, raven, magpie, seagull, seagulls, gull, gulls"),
    _name("rooster", "rooster crowing", "rooster crowing, rooster, cockerel, crowing, cock-a-doodle-doo"),
    _name("hen", "hens clucking", "hens clucking, hen, hens, chicken, chickens, clucking, cluck, turkey, poultry"),
    _name("duck", "duck quacking", "duck quacking, duck, ducks, quack, quacking, goose, geese, honking geese"),
    _name("owl", "owl hooting", "owl hooting, owl, owls, hoot, hooting, pigeon, cooing, cuckoo"),
    _name("cow", "cow mooing", "cow mooing, cow, cows, moo, mooing, cattle, bull"),
    _name("horse", "horse neighing", "horse neighing, horse, neigh, neighing, whinny, donkey, braying"),
    _name("hooves", "hooves", "hooves, horse galloping, galloping, gallop, horse trotting, hoofbeats, clip-clop"),
    _name("sheep", "sheep or goat", "sheep bleating, sheep, lamb, goat, goats, bleat, bleating, baa"),
    _name("pig", "pig grunting", "pig grunting, pig, pigs, oink, oinking, grunting, squealing pig"),
    _name("frog", "frog croaking", "frog croaking, frog, frogs, croak, croaking, toad"),
    _name("crickets", "crickets", "crickets chirping, cricket, crickets, cicada, cicadas, grasshopper, insects"),
    _name("bees", "bees buzzing", "bees buzzing, bee, bees, buzzing, insect buzzing, mosquito, wasp, fly buzzing"),
    _name("lion", "roaring", "lion roaring, lion, tiger, roar, roaring, bear growling, growl, growling"),
    _name("wolf", "wolf howling", "wolf howling, wolf, wolves, howl, howling, coyote"),
    _name("engine", "engine", "engine, car engine, car, cars, motor, vehicle, motorcycle, motorbike, truck, lorry, bus, "
          "traffic, engine idling, revving, tractor, scooter"),
    _name("train", "train", "train, railway, locomotive, steam train, train passing, subway, tram, rails"),
    _name("helicopter", "helicopter", "helicopter, helicopters, chopper, rotor, rotor blades, drone flying"),
    _name("airplane", "airplane", "airplane, aeroplane, plane, jet, aircraft, jet engine, jet plane, propeller plane"),
    _name("chainsaw", "chainsaw", "chainsaw, chain saw, saw, sawing, power saw, lawn mower, leaf blower"),
    _name("vacuum", "vacuum cleaner", "vacuum cleaner, vacuum, hair dryer, washing machine, fan, air conditioner, blower"),
    _name("horn", "car horn", "car horn, horn honking, honk, honking, vehicle horn, hooter, tooting"),
    _name("rain", "rain", "rain, raining, rainfall, raindrops, heavy rain, downpour, drizzle, rain on a roof, rainstorm"),
    _name("thunder", "thunder", "thunder, thunderclap, thunderstorm, rumble of thunder, lightning"),
    _name("stream", "running water", "stream, running water, water stream, river, brook, waterfall, flowing water, creek, "
          "water flowing, tap running, fountain, water"),
    _name("waves", "sea waves", "sea waves, waves, ocean, ocean waves, sea, surf, beach, shore"),
    _name("drip", "dripping water", "dripping water, dripping, drip, water drops, water drop, droplets, leaking tap"),
    _name("wind", "wind", "wind, windy, wind blowing, howling wind, breeze, gale, gust, blizzard"),
    _name("fire", "fire crackling", "fire crackling, fire, crackling fire, campfire, fireplace, flames, burning, bonfire"),
    _name("bell", "bell", "bell, bells, church bell, church bells, bell ringing, chime, chimes, wind chimes, doorbell, gong"),
    _name("siren", "siren", "siren, sirens, ambulance, police siren, police car, fire truck, emergency siren"),
    _name("beep", "beep or alarm", "beep, beeping, beeps, alarm, alarm clock, phone ringing, ringtone, smoke detector, buzzer, "
          "telephone ringing, fire alarm, notification, morse code"),
    _name("clock", "clock ticking", "clock ticking, clock, ticking, tick, tick tock, watch ticking, metronome"),
    _name("footsteps", "footsteps", "footsteps, steps, walking, someone walking, walking on gravel, running feet, footfall"),
    _name("applause", "applause", "applause, clapping, claps, hand clapping, audience clapping, ovation"),
    _name("crowd", "crowd", "crowd, crowds, crowd chatter, people chatter, babble, restaurant noise, market, audience murmur"),
    _name("baby", "baby crying", "baby crying, baby, crying baby, infant crying, child crying, wailing baby"),
    _name("sneeze", "sneeze", "sneeze, sneezing, achoo, someone sneezes"),
    _name("typing", "typing", "typing, keyboard, keyboard typing, typewriter, key presses, computer keyboard"),
    _name("gunshot", "gunshot", "gunshot, gunshots, gun, gunfire, shooting, rifle shot, pistol shot, machine gun"),
    _name("explosion", "explosion", "explosion, explosions, blast, boom, bomb, fireworks, firecracker, cannon"),
    _name("glass", "glass breaking", "glass breaking, breaking glass, shattering glass, glass shattering, smashing glass"),
    _name("knock", "knocking", "knocking, knock, knock on the door, door knock, knocking on wood, woodpecker"),
    _name("door", "door", "door, door closing, door opening, door slam, door creak, creaking door, creaking"),
    _name("speech", "speech", "speech, someone talking, voice"),
    _name("noise", "noise", "white noise, hiss, static, hum"),
)  # fmt: skip
_MUSIC = (
    _name("piano", "piano", "piano, grand piano, piano melody, electric piano, keyboard music, upright piano", "music"),
    _name("mallets", "xylophone or vibraphone", "xylophone, glockenspiel, vibraphone, marimba, music box, celesta, mallets", "music"),
    _name("organ", "organ", "organ, church organ, pipe organ, hammond organ", "music"),
    _name("accordion", "accordion", "accordion, harmonica, concertina, harmonium, melodica", "music"),
    _name("guitar", "acoustic guitar", "acoustic guitar, guitar, guitars, guitar strumming, strummed guitar, classical guitar, "
          "nylon guitar, ukulele, fingerpicked guitar", "music"),
    _name("electric guitar", "electric guitar", "electric guitar, distorted guitar, guitar solo, guitar riff, rock guitar, "
          "lead guitar, overdriven guitar", "music"),
    _name("bass", "bass", "bass, bass guitar, bass line, bassline, double bass, upright bass, electric bass, contrabass", "music"),
    _name("strings", "strings", "strings, violin, violins, viola, cello, string section, string quartet, string ensemble, fiddle", "music"),
    _name("harp", "harp", "harp, harp glissando, lyre", "music"),
    _name("choir", "choir", "choir, choir aah, chorus, choral voices", "music"),
    _name("brass", "brass", "brass, trumpet, trumpets, trombone, french horn, tuba, brass section, brass band, cornet", "music"),
    _name("saxophone", "saxophone", "saxophone, sax, saxophones, alto sax, tenor sax, sax solo", "music"),
    _name("clarinet", "clarinet or oboe", "clarinet, oboe, bassoon, english horn, woodwind, woodwinds", "music"),
    _name("flute", "flute", "flute, recorder, pan flute, piccolo, flutes, panpipes, tin whistle", "music"),
    _name("synth", "synthesizer", "synthesizer, synth, synth lead, synth pad, electronic synth, synthesiser", "music"),
    _name("banjo", "banjo or sitar", "banjo, sitar, shamisen, koto, lute", "music"),
    _name("drums", "drums", "drums, drum kit, drum beat, percussion", "music"),
)  # fmt: skip
NAMES: dict[str, SoundName] = {name.id: name for name in (*_EVERYDAY, *_MUSIC)}
