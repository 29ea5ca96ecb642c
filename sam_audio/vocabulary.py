"""The words people use for what the embedded engines separate, and for what they cannot.

Data only; `sam_audio.router` decides. Phrases are lower case, without articles; commas part them.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Concept:
    """One thing that can be separated.

    Args:
        id: Name that engines list.
        title: What a person calls it.
        complement: The concept that is the rest of the sound; "" when that has no name.
        phrases: Ways to say it, whole prompts.
        words: Words that give it away inside a longer prompt.
    """

    id: str
    title: str
    complement: str
    phrases: frozenset[str]
    words: frozenset[str]


def _split(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


_SPEECH = """
speech, speaking, speaker, speakers, spoken word, spoken words, spoken voice, speaking voice, voice, voices
human voice, human voices, human speech, clean speech, clear speech, voice only, clean voice, dialogue
dialog, dialogues, dialogs, movie dialogue, film dialogue, conversation, conversations, talk, talking
talk show, someone talking, someone speaking, somebody talking, somebody speaking, person talking
person speaking, person, people talking, people speaking, man talking, man speaking, man's voice, mans voice
male voice, male speech, male speaker, man, woman talking, woman speaking, woman's voice, womans voice
female voice, female speech, female speaker, woman, child talking, child speaking, child's voice
kid talking, kid speaking, children talking, boy talking, girl talking, boy speaking, girl speaking
old man talking, old woman talking, narrator, narration, narrating, narrator's voice, voice over, voiceover
voice-over, commentary, commentator, commentators, sports commentary, announcer, announcement, announcements
news anchor, newsreader, news reader, reporter, presenter, host, hosts, podcast host, podcast, podcast voice
interview, interviewer, interviewee, lecture, lecturer, teacher talking, professor speaking, presentation
speech of man, speech of woman, monologue, audiobook, audio book, reading aloud, storyteller, storytelling
sermon, preacher, phone call, phone voice, telephone voice, call, radio host, radio announcer, radio voice
discussion, debate, chat, chatting, whisper, whispering, whispered speech, shouting, shouting man, yelling
caller, customer, actor, actors, actor's voice, actress, lines, speech of person, words, talker, talkers
guest, guests, moderator, politician, president, public speech, public speaking, vocal speech
voice recording, voice message, voice memo, voice note, tts, text to speech, synthetic voice, male narrator
female narrator, male talking, female talking, adult talking, denoised speech, denoised voice, denoise
noise reduction, noise removal, enhance speech, speech enhancement, stimme, sprache, sprecher, gespräch
voix, parole, voz, habla, voce, parlato
"""
_SPEECH_WORDS = """
speech, speaking, speaker, speakers, spoken, talking, talks, talker, dialogue, dialog, conversation
narrator, narration, narrating, voiceover, commentary, commentator, announcer, newsreader, reporter
presenter, podcast, interview, interviewer, lecture, lecturer, monologue, audiobook, storyteller, whispering
whisper, speaks, says, saying, voice, voices
"""
_BACKGROUND = """
background, background noise, background noises, background sound, background sounds, noise, noises
ambience, ambient, ambient noise, ambient sound, ambient sounds, ambiance, atmosphere, atmo, room tone
environment, environmental noise, environmental sound, environmental sounds, surroundings
everything but speech, everything except speech, non-speech, non speech, nonspeech, not speech, no speech
without speech, no voice, without voice, no voices, no talking, without talking, everything else, rest
remainder, noise only, background only, sound effects, sound effect, sfx, foley, effects
everything but voice, everything except voice, everything but talking, all but speech, backdrop, soundscape
hintergrund, rauschen, geräusche, bruit, ruido
"""
_BACKGROUND_WORDS = """
ambience, ambiance, soundscape
"""
_VOCALS = """
vocals, vocal, vocal track, vocal stem, vocal part, vocal line, vocals only, lead vocals, lead vocal
lead singer, main vocals, main vocal, backing vocals, backing vocal, background vocals, background singers
backup singers, backup vocals, harmony vocals, vocal harmony, vocal harmonies, singing, singer, singers
singing voice, singing voices, sung voice, sung vocals, song vocals, someone singing, somebody singing
person singing, people singing, man singing, woman singing, male singing, female singing, male vocals
female vocals, male vocal, female vocal, male singer, female singer, man's singing, woman's singing
child singing, children singing, kids singing, girl singing, boy singing, acapella, a capella, a cappella
acappella, choir, choirs, choir singing, chorus singing, gospel choir, children's choir, choral
choral singing, rap, rapper, rapping, rap vocals, hip hop vocals, soprano, tenor, baritone, alto voice
opera singer, opera singing, opera voice, aria, vocalist, vocalists, vocalise, humming, hum of singer
crooner, crooning, yodeling, chanting, chant, lyrics, sung words, melody of singer, singer's voice
song voice, voice of singer, voice singing, voices singing, frontman, pop singer, rock singer, soul singer
folk singer, jazz singer, karaoke vocals, gesang, sänger, sängerin, chant de femme, voix chantée, canto
cantante, voz cantada
"""
_VOCALS_WORDS = """
vocals, vocal, singing, singer, singers, sings, sung, sang, acapella, acappella, cappella, choir, choral
rapper, rapping, soprano, tenor, baritone, vocalist, vocalists, crooning, yodeling
"""
_INSTRUMENTAL = """
instrumental, instrumentals, instrumental track, instrumental version, instrumental music, instrumental part
instrumental stem, instruments, all instruments, accompaniment, accompaniments, accompanying music
backing track, backing tracks, backing music, backing band, backing, playback, minus one, karaoke
karaoke version, karaoke track, music without vocals, music without singing, music without voice
song without vocals, song without singing, song without voice, music, music only, background music
music in background, band, band playing, music bed, bed music, beat and instruments, off vocal, no vocals
no singing, without vocals, without singing, vocals removed, vocal removed, remove vocals, vocal remover
everything but vocals, everything except vocals, everything but singing, everything but singer, non-vocal
non vocal, orchestra accompaniment, orchestral backing, soundtrack, score, film score, film music
movie music, instrumental mix, music track, musical accompaniment, begleitung, instrumente, musik, musique
música, musica
"""
_INSTRUMENTAL_WORDS = """
instrumental, instrumentals, accompaniment, karaoke, soundtrack
"""
_DRUMS = """
drums, drum, drum kit, drum kits, drumkit, drum set, drumset, drum track, drum stem, drum part, drum loop
drum loops, drum beat, drum beats, drumbeat, drumming, drummer, drum machine, drum solo, drum fill
drum fills, drum groove, drum pattern, acoustic drums, electronic drums, live drums, percussion, percussions
percussion instruments, percussive, percussive part, percussive sounds, percussive component, percussionist
kick, kick drum, kicks, bass drum, snare, snare drum, snares, kick and snare, hi-hat, hi hat, hihat, hi-hats
hihats, hi hats, hats, cymbal, cymbals, ride cymbal, crash cymbal, crash cymbals, toms, tom-tom, tom toms
floor tom, rimshot, bongo, bongos, congas, conga, conga drum, djembe, tabla, cajon, tambourine, maracas
shaker, shakers, cowbell, castanets, timbales, timpani, beat, beats, rhythm, rhythm section drums
rhythm track, groove, breakbeat, breakbeats, 808, 808 drums, 909, taiko, marching drums, snare roll
drum roll, drums only, drums and percussion, percussion and drums, drums and cymbals, schlagzeug, trommel
trommeln, perkussion, batterie de musique, percusión, tambor, batería, batteria
"""
_DRUMS_WORDS = """
drums, drum, drumming, drummer, drumkit, drumbeat, percussion, percussive, percussionist, snare, hihat
cymbal, cymbals, bongos, congas, djembe, breakbeat
"""
_MELODY = """
melody, melodies, melodic, melodic part, melodic instruments, melodic component, melody line
melody instruments, tune, tunes, harmonic, harmonics, harmonic part, harmonic component
harmonic instruments, harmonic sounds, harmony, harmonies, chords, chord progression, tonal, tonal part
tonal component, tonal instruments, pitched instruments, pitched part, sustained notes, sustained sounds
no drums, without drums, drumless, drums removed, remove drums, music without drums, song without drums
everything but drums, everything except drums, without percussion, no percussion, music without percussion
non-percussive, non percussive, everything but percussion, drum removal, drumless track, music minus drums
melodie, harmonie, melodía, armonía, mélodie
"""
_MELODY_WORDS = """
melody, melodies, melodic, harmonic, chords, tonal, drumless
"""


def _concept(id: str, title: str, complement: str, phrases: str, words: str) -> Concept:
    return Concept(id, title, complement, _split(phrases), _split(words))


def single_sound(id: str, title: str, phrases: Iterable[str]) -> Concept:
    """Return the concept of a sound whose rest has no name; its one-word phrases give it away anywhere."""
    every = frozenset((id, *phrases))
    return Concept(id, title, "", every, frozenset(phrase for phrase in every if " " not in phrase))


# Always known; engines may list more (`sam_audio.offers`).
CONCEPTS: dict[str, Concept] = {
    concept.id: concept
    for concept in (
        _concept("speech", "speech", "background", _SPEECH, _SPEECH_WORDS),
        _concept("background", "everything but speech", "speech", _BACKGROUND, _BACKGROUND_WORDS),
        _concept("vocals", "singing voice", "instrumental", _VOCALS, _VOCALS_WORDS),
        _concept("instrumental", "music without singing", "vocals", _INSTRUMENTAL, _INSTRUMENTAL_WORDS),
        _concept("drums", "drums and percussion", "melody", _DRUMS, _DRUMS_WORDS),
        _concept("melody", "music without drums", "drums", _MELODY, _MELODY_WORDS),
    )
}

# Sounds that no embedded engine can take out: a prompt that names one is refused, never answered with
# something that only sounds alike ("car horn" is no French horn, a singing bird is no singer).
OTHERS = _split("""
car, cars, car horn, car engine, horn, honk, honking, engine, motor, motorcycle, motorbike, truck, bus
traffic, vehicle, vehicles, train, locomotive, railway, subway, tram, airplane, aeroplane, plane, jet
aircraft, helicopter, drone, boat, ship, bicycle, bike, tyre, tires, tires screeching, brakes, siren, sirens
ambulance, police car, fire truck, alarm, alarm clock, car alarm, fire alarm, smoke detector, beep, beeping
buzzer, doorbell, bell, bells, church bell, chime, chimes, wind chimes, clock, ticking, tick, phone ringing
ringtone, ringing, telephone ringing, notification, keyboard, typing, mouse click, clicking, printer
computer, fan, air conditioner, refrigerator, vacuum cleaner, vacuum, hair dryer, washing machine
dishwasher, blender, mixer, microwave, drill, drilling, saw, chainsaw, sawing, hammer, hammering, jackhammer
lawn mower, sewing machine, machinery, machine, machines, industrial noise, construction, factory, pump
generator, hum, mains hum, hiss, tape hiss, static, crackle, click noise, pops, feedback, glitch, door
doors, door slam, knock, knocking, footsteps, steps, walking, running, keys, coins, glass, glass breaking
breaking glass, shatter, dishes, cutlery, cooking, frying, boiling, zipper, paper, cloth, scissors, camera
shutter, rain, rainfall, raindrops, thunder, thunderstorm, storm, lightning, wind, breeze, water, stream
river, ocean, sea, waves, waterfall, dripping, splash, splashing, pouring, toilet, shower, bubbles, fire
fireplace, flames, burning, crackling fire, wood, explosion, explosions, bomb, blast, boom, gun, gunshot
gunshots, gunfire, shooting, machine gun, fireworks, firecracker, cannon, dog, dogs, dog barking, bark
barking, puppy, howl, howling, wolf, cat, cats, meow, meowing, kitten, purr, purring, horse, horses, neigh
hooves, cow, cows, moo, mooing, pig, pigs, oink, sheep, goat, bleat, chicken, chickens, hen, rooster
crowing, duck, ducks, quack, goose, geese, turkey, bird, birds, bird singing, birds singing, singing birds
birdsong, bird song, birds chirping, chirp, chirping, tweet, crow, owl, pigeon, parrot, seagull, seagulls
eagle, frog, frogs, croak, cricket, crickets, cicadas, insect, insects, bee, bees, mosquito, fly, buzzing
snake, rattle, lion, tiger, roar, roaring, bear, growl, growling, monkey, elephant, whale, whale song
dolphin, mouse, rat, animal, animals, cough, coughing, sneeze, sneezing, snore, snoring, breathing, breath
breaths, sigh, yawn, burp, hiccup, laugh, laughing, laughter, giggle, giggling, cry, crying, baby
baby crying, sobbing, scream, screaming, scream of pain, whistle, whistling, clap, clapping, claps, applause
cheer, cheering, crowd, crowds, crowd noise, audience, chatter, babble, crowd chatter, mouth noise
lip smack, chewing, eating, drinking, swallowing, heartbeat, heart, stomach, fart, finger snap
snapping fingers, beatbox, beatboxing, guitar, guitars, acoustic guitar, electric guitar, guitar solo
guitar riff, riff, ukulele, banjo, mandolin, lute, sitar, harp, piano, grand piano, electric piano
keyboards, keys playing, synth, synths, synthesizer, synthesiser, synth pad, synth lead, organ, church organ
accordion, harmonica, bagpipes, bass, bass guitar, bass line, bassline, double bass, upright bass, sub bass
violin, violins, viola, cello, strings, string section, string quartet, orchestra, symphony, brass, trumpet
trombone, french horn, tuba, sax, saxophone, clarinet, oboe, bassoon, flute, piccolo, recorder, pan flute
woodwind, woodwinds, glockenspiel, xylophone, marimba, vibraphone, music box, steel drum, steel pan, handpan
theremin, didgeridoo, kalimba, turntable, scratching, vinyl crackle, record scratch, bow, arrow, sword
swords, laser, spaceship, robot, magic, monster, zombie, ghost, basketball, ball, tennis, golf, football
skateboard, skiing, typewriter, cash register, elevator, escalator, gate, chain, metal, plastic, echo
reverb, reverberation, silence, sine tone, tone, white noise, pink noise, dial tone, modem, radio static
morse code, television, tv, video game, game sounds, toy, balloon, whip, slap, punch, kiss, snap, squeak
creak, creaking, rustling, leaves, snow, ice, sand, gravel, mud, earthquake, volcano, avalanche, hail
tornado, hurricane, speech bubble, drum and bass, drumstick chicken
""")

# One talker or singer among several cannot be told apart; such prompts are answered with all of them,
# and told so.
ONE_OF_SEVERAL = _split("""
man, men, man's, mans, male, woman, women, woman's, womans, female, boy, girl, child, child's, kid, children
children's, kids, old, young, first, second, third, left, right, lead, main, backing, backup, host, guest
interviewer, interviewee, teacher, actor, actress, snare, kick, hi-hat, hihat, hat, hats, cymbal, cymbals
tom, toms, tambourine, bongos, congas, shaker, cowbell, soprano, tenor, alto, baritone
""")

# Words that say how to ask, not what for.
FILLERS = _split("""
a, an, the, please, isolate, extract, separate, get, give, me, keep, take, find, want, i, only, just, all
of, sound, sounds, audio, stem, track, part, recording, this, that, some, any, my, his, her, their, our
loud, quiet, soft, clear, clean, is, are, to, hear
""")
NEGATIONS = ("without", "except", "but not", "but", "minus", "no", "not", "remove", "removed", "less")
EVERYTHING = _split("""
everything, all, anything, rest, music, song, track, audio, sound, recording, mix, background, it
""")
CONNECTORS = _split(
    "over, in, on, with, near, behind, from, during, while, at, into, through, under, against, amid, by"
)
