"""Titles and phrases of the everyday sounds and instruments that the suite's own net was trained on.

The router offers those that its metadata lists as good enough; trained but not offered names are here too,
because the net uses them as competitors and the training embeds their phrases. Data only.
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


# A line each: id | title | phrases; a line that begins with a comma goes on.
_EVERYDAY = """
dog | dog barking | dog barking, dog, dogs, barking, bark, a dog barks, puppy, hound, yapping, woof
cat | cat meowing | cat meowing, cat, cats, meow, meowing, kitten, miaow
birds | birds singing | birds singing, bird, birds, bird singing, birdsong, bird song, singing birds
, bird call, bird calls, birds chirping, bird chirping, chirping, chirp, tweet, tweeting, songbird, sparrow
, blackbird, robin, canary, nightingale
crow | crow or gull | crow, crows, cawing, caw, raven, magpie, seagull, seagulls, gull, gulls
rooster | rooster crowing | rooster crowing, rooster, cockerel, crowing, cock-a-doodle-doo
hen | hens clucking | hens clucking, hen, hens, chicken, chickens, clucking, cluck, turkey, poultry
duck | duck quacking | duck quacking, duck, ducks, quack, quacking, goose, geese, honking geese
owl | owl hooting | owl hooting, owl, owls, hoot, hooting, pigeon, cooing, cuckoo
cow | cow mooing | cow mooing, cow, cows, moo, mooing, cattle, bull
horse | horse neighing | horse neighing, horse, neigh, neighing, whinny, donkey, braying
hooves | hooves | hooves, horse galloping, galloping, gallop, horse trotting, hoofbeats, clip-clop
sheep | sheep or goat | sheep bleating, sheep, lamb, goat, goats, bleat, bleating, baa
pig | pig grunting | pig grunting, pig, pigs, oink, oinking, grunting, squealing pig
frog | frog croaking | frog croaking, frog, frogs, croak, croaking, toad
crickets | crickets | crickets chirping, cricket, crickets, cicada, cicadas, grasshopper, insects
bees | bees buzzing | bees buzzing, bee, bees, buzzing, insect buzzing, mosquito, wasp, fly buzzing
lion | roaring | lion roaring, lion, tiger, roar, roaring, bear growling, growl, growling
wolf | wolf howling | wolf howling, wolf, wolves, howl, howling, coyote
engine | engine | engine, car engine, car, cars, motor, vehicle, motorcycle, motorbike, truck, lorry, bus
, traffic, engine idling, revving, tractor, scooter
train | train | train, railway, locomotive, steam train, train passing, subway, tram, rails
helicopter | helicopter | helicopter, helicopters, chopper, rotor, rotor blades, drone flying
airplane | airplane | airplane, aeroplane, plane, jet, aircraft, jet engine, jet plane, propeller plane
chainsaw | chainsaw | chainsaw, chain saw, saw, sawing, power saw, lawn mower, leaf blower
vacuum | vacuum cleaner | vacuum cleaner, vacuum, hair dryer, washing machine, fan, air conditioner, blower
horn | car horn | car horn, horn honking, honk, honking, vehicle horn, hooter, tooting
rain | rain | rain, raining, rainfall, raindrops, heavy rain, downpour, drizzle, rain on a roof, rainstorm
thunder | thunder | thunder, thunderclap, thunderstorm, rumble of thunder, lightning
stream | running water | stream, running water, water stream, river, brook, waterfall, flowing water, creek
, water flowing, tap running, fountain, water
waves | sea waves | sea waves, waves, ocean, ocean waves, sea, surf, beach, shore
drip | dripping water | dripping water, dripping, drip, water drops, water drop, droplets, leaking tap
wind | wind | wind, windy, wind blowing, howling wind, breeze, gale, gust, blizzard
fire | fire crackling | fire crackling, fire, crackling fire, campfire, fireplace, flames, burning, bonfire
bell | bell | bell, bells, church bell, church bells, bell ringing, chime, chimes, wind chimes, doorbell, gong
siren | siren | siren, sirens, ambulance, police siren, police car, fire truck, emergency siren
beep | beep or alarm | beep, beeping, beeps, alarm, alarm clock, phone ringing, ringtone, smoke detector
, buzzer, telephone ringing, fire alarm, notification, morse code
clock | clock ticking | clock ticking, clock, ticking, tick, tick tock, watch ticking, metronome
footsteps | footsteps | footsteps, steps, walking, someone walking, walking on gravel, running feet, footfall
applause | applause | applause, clapping, claps, hand clapping, audience clapping, ovation
crowd | crowd | crowd, crowds, crowd chatter, people chatter, babble, restaurant noise, market
, audience murmur
baby | baby crying | baby crying, baby, crying baby, infant crying, child crying, wailing baby
sneeze | sneeze | sneeze, sneezing, achoo, someone sneezes
typing | typing | typing, keyboard, keyboard typing, typewriter, key presses, computer keyboard
gunshot | gunshot | gunshot, gunshots, gun, gunfire, shooting, rifle shot, pistol shot, machine gun
explosion | explosion | explosion, explosions, blast, boom, bomb, fireworks, firecracker, cannon
glass | glass breaking | glass breaking, breaking glass, shattering glass, glass shattering, smashing glass
knock | knocking | knocking, knock, knock on the door, door knock, knocking on wood, woodpecker
door | door | door, door closing, door opening, door slam, door creak, creaking door, creaking
speech | speech | speech, someone talking, voice
noise | noise | white noise, hiss, static, hum
"""
_MUSIC = """
piano | piano | piano, grand piano, piano melody, electric piano, keyboard music, upright piano
mallets | xylophone or vibraphone | xylophone, glockenspiel, vibraphone, marimba, music box, celesta, mallets
organ | organ | organ, church organ, pipe organ, hammond organ
accordion | accordion | accordion, harmonica, concertina, harmonium, melodica
guitar | acoustic guitar | acoustic guitar, guitar, guitars, guitar strumming, strummed guitar
, classical guitar, nylon guitar, ukulele, fingerpicked guitar
electric guitar | electric guitar | electric guitar, distorted guitar, guitar solo, guitar riff, rock guitar
, lead guitar, overdriven guitar
bass | bass | bass, bass guitar, bass line, bassline, double bass, upright bass, electric bass, contrabass
strings | strings | strings, violin, violins, viola, cello, string section, string quartet, string ensemble
, fiddle
harp | harp | harp, harp glissando, lyre
choir | choir | choir, choir aah, chorus, choral voices
brass | brass | brass, trumpet, trumpets, trombone, french horn, tuba, brass section, brass band, cornet
saxophone | saxophone | saxophone, sax, saxophones, alto sax, tenor sax, sax solo
clarinet | clarinet or oboe | clarinet, oboe, bassoon, english horn, woodwind, woodwinds
flute | flute | flute, recorder, pan flute, piccolo, flutes, panpipes, tin whistle
synth | synthesizer | synthesizer, synth, synth lead, synth pad, electronic synth, synthesiser
banjo | banjo or sitar | banjo, sitar, shamisen, koto, lute
drums | drums | drums, drum kit, drum beat, percussion
"""


def _names(table: str, kind: str) -> dict[str, SoundName]:
    lines = table.strip().replace("\n,", ",").splitlines()
    rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    return {id: SoundName(id, title, _phrases(phrases), kind) for id, title, phrases in rows}


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


NAMES: dict[str, SoundName] = {**_names(_EVERYDAY, "sound"), **_names(_MUSIC, "music")}
