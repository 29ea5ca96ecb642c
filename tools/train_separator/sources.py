"""Where the sounds of the bank come from: class, package, pattern, split and licence of each.

Only sources of split "train" shape the shipped weights: CC0, CC-BY, public domain, MIT and own synthesis.
Share-alike, GPL, Artistic and mixed-licence sources are split "test": they are only ever listened to.
"""

from dataclasses import dataclass

WIS = r"sounds_{}(_\d+)?(\.\d)?\.ogg$"


@dataclass(frozen=True)
class Source:
    """Files of one class in one package.

    Args:
        sound: Class id.
        package: Folder under the bank's `x/`.
        pattern: Regular expression searched in the path, case ignored.
        split: "train" or "test".
        licence: Of these files.
    """

    sound: str
    package: str
    pattern: str
    split: str
    licence: str


def _wis(sound: str, *names: str) -> Source:
    return Source(sound, "wis", WIS.format(f"({'|'.join(names)})"), "train", "CC0 / CC-BY-3.0")


def _esc(sound: str, folder: str) -> tuple[Source, Source]:
    """ESC-10, CC0 and CC-BY (two Sampling+ clips are left out): folds 1 to 4 train, fold 5 tests."""
    return (
        Source(sound, "esc10", rf"{folder}/[1-4]-(?!40730|96460)", "train", "CC-BY-3.0"),
        Source(sound, "esc10", rf"{folder}/5-", "test", "CC-BY-3.0"),
    )


def _free(sound: str, package: str, pattern: str, licence: str) -> Source:
    return Source(sound, package, pattern, "train", licence)


def _test(sound: str, package: str, pattern: str) -> Source:
    return Source(sound, package, pattern, "test", "listened to only")


TUX, GCO, MOO = "tuxpaint-stamps-default", "gcompris-audio", "moodist"
LIN, SIM, MIN = "lincity-ng-data", "simutrans-pak64", "minetest-data"
STK, SON, BLA, MAC = "supertuxkart-data", "sonic-pi-samples", "blanket", "mac"

SOURCES: tuple[Source, ...] = (
    *_esc("dog", "Dog bark"),
    _wis("dog", "dog_bark", "puppy_bark"),
    _test("dog", GCO, r"(LRBark|animals/dog)"),
    _test("dog", TUX, r"dogs/dog\.ogg"),
    _test("dog", MOO, r"dog-barking"),
    _wis("cat", "cat_meow"),
    _test("cat", GCO, r"animals/cat"),
    _test("cat", TUX, r"blackcat\.ogg"),
    _test("cat", "antum", r"mobs_kitten"),
    _wis("birds", "bird", "canary", "parrot_chirp", "parrot_whistle", "quail"),
    _free("birds", STK, r"exotic-birds", "CC0"),
    _free("crowd", STK, r"lenautile", "CC0"),
    _free("engine", STK, r"machine_sound", "CC-BY-3.0"),
    _free("rain", STK, r"sfx/rain\.ogg", "CC-BY-3.0"),
    _free("owl", "antum", r"ambience/sounds/hornedowl", "CC-BY-3.0"),
    _free("flute", STK, r"gnu_flute", "CC-BY-3.0"),
    _free("birds", BLA, r"birds\.ogg", "CC0"),
    _test("birds", MOO, r"/birds\."),
    _test("birds", "tawns", r"birds/.*\d\.wav"),
    _test("birds", TUX, r"birds/(lark|blackbird|quetzal)\.ogg"),
    _test("birds", "antum", r"ambience/sounds/(bird|bluejay|cardinal|crestedlark|robin)"),
    _wis("crow", "crow_caw", "seagull", "seagulls", "peacock"),
    _free("crow", SON, r"misc_crow", "CC0"),
    _test("crow", MOO, r"(crows|seagulls)"),
    _test("crow", TUX, r"birds/(crow|seagull)\.ogg"),
    _test("crow", SIM, r"seagulls"),
    _test("crow", "antum", r"ambience/sounds/(craw|gull|seagull)"),
    *_esc("rooster", "Rooster"),
    _wis("rooster", "rooster"),
    _test("rooster", TUX, r"birds/rooster\.ogg"),
    _wis("hen", "chicken", "turkey_gobble"),
    _test("hen", GCO, r"animals/chickens"),
    _test("hen", TUX, r"birds/(hen|turkey)\.ogg"),
    _test("hen", "antum", r"creatures_chicken"),
    _wis("duck", "duck_quack_0[23]", "goose"),
    _test("duck", GCO, r"animals/duck"),
    _test("duck", TUX, r"birds/(duck|drake|gander)\.ogg"),
    _wis("owl", "owl_hoot", "pigeon"),
    _test("owl", MOO, r"/owl\."),
    _test("owl", GCO, r"animals/owl"),
    _test("owl", TUX, r"birds/owl\.ogg"),
    _test("owl", "aar", r"owl"),
    _wis("cow", "cow_moo", "yak"),
    _test("cow", GCO, r"animals/cow"),
    _test("cow", MOO, r"/cows\."),
    _test("cow", TUX, r"bovines/(cow|cow_white|bull|bison)\.ogg"),
    _test("cow", "antum", r"mobs_cow"),
    _wis("horse", "horse_neigh", "horse_snort", "zebra"),
    _test("horse", GCO, r"animals/horse"),
    _test("horse", TUX, r"equines/(horse|donkey)\.ogg"),
    _wis("hooves", "gallop"),
    _test("hooves", MOO, r"horse-gallop"),
    _wis("sheep", "sheep_baa", "goat_bleat", "lamb"),
    _test("sheep", GCO, r"animals/sheep"),
    _test("sheep", MOO, r"/sheep\."),
    _test("sheep", "antum", r"creatures_sheep"),
    _test("sheep", TUX, r"bovines/(sheep|sheep_lamb|goat|ram|mountaingoat)\.ogg"),
    _wis("pig", "pig_snort", "pig_squeal"),
    _test("pig", GCO, r"animals/pig"),
    _test("pig", TUX, r"mammals/pig"),
    _wis("frog", "frog"),
    _test("frog", MOO, r"/frog\."),
    _test("frog", TUX, r"amphibians/frog"),
    _test("frog", "tawns", r"frogs/"),
    _test("frog", "antum", r"ambience/sounds/frog"),
    _wis("crickets", "cicada", "cricket", "grasshopper"),
    _free("crickets", BLA, r"summer-night", "public domain"),
    _test("crickets", MOO, r"crickets"),
    _test("crickets", TUX, r"insects/grasshopper"),
    _test("crickets", "antum", r"ambience/sounds/cricket"),
    _wis("bees", "bee", "bees", "bumble_bee"),
    _test("bees", MOO, r"beehive"),
    _test("bees", TUX, r"insects/(bee|mosquito|hornet)\.ogg"),
    _test("bees", "antum", r"mobs_bee"),
    _wis(
        "lion",
        "lion_bellow",
        "tiger_roar",
        "tiger_snarl",
        "leopard_(roar|growl|snarl)",
        "bear",
        "gorilla_roar",
    ),
    _test("lion", TUX, r"(cats/(lion|tiger)|bears/bear)\.ogg"),
    _wis("wolf", "wolf_howl", "coyote_howl"),
    _test("wolf", MOO, r"wolf"),
    _test("wolf", "antum", r"ambience/sounds/(wolves|coyote)"),
    _wis("engine", "car_motor", "motorbike_idle", "vehicle_motor_idle", "compressor_motor"),
    _free("engine", STK, r"sfx/(car_accel|car_revup)\.ogg", "CC-BY-3.0"),
    _test("engine", "torcs-data", r"(engine|diesel|turbo)[^/]*\.wav"),
    _test("engine", SIM, r"/(truck|diesel|bus)\.wav"),
    _test("engine", GCO, r"(StartAndStopCar|/car\.wav)"),
    _test("engine", "antum", r"motoengine"),
    _test("engine", LIN, r"Trafic"),
    _free("train", BLA, r"train\.ogg", "CC-BY-3.0"),
    _test("train", MOO, r"transport/(train|inside-a-train)"),
    _test("train", LIN, r"RailTrain"),
    _test("train", SIM, r"steam"),
    _test("train", GCO, r"(LRTrain|sounds/train)"),
    *_esc("helicopter", "Helicopter"),
    _wis("helicopter", "helicopter"),
    _test("helicopter", GCO, r"helicopter"),
    _test("helicopter", "antum", r"helicopter_motor"),
    _wis("airplane", "jet_ambience", "jet_flyby", "jet_land", "airplane_prop"),
    _test("airplane", MOO, r"airplane"),
    _test("airplane", SIM, r"(planelow|comet)"),
    _test("airplane", STK, r"jetEngine"),
    *_esc("chainsaw", "Chainsaw"),
    _test("chainsaw", "antum", r"chainsaw"),
    _test("chainsaw", SIM, r"buzzsaw"),
    _wis("horn", "vehicle_horn"),
    _free("horn", STK, r"sfx/horn\.ogg", "CC-BY-3.0"),
    *_esc("rain", "Rain"),
    _wis("rain", "rain_heavy", "rain_light", "rain_medium"),
    _free("rain", BLA, r"rain\.ogg", "CC-BY"),
    _free("rain", MAC, r"rain", "CC0"),
    _test("rain", MOO, r"rain/.*rain"),
    _test("rain", GCO, r"LRRain"),
    _wis("thunder", "thunder"),
    _free("thunder", MAC, r"thunder", "CC0"),
    _test("thunder", MOO, r"thunder"),
    _free("thunder", STK, r"sfx/thunder", "CC-BY-3.0"),
    _test("thunder", "aar", r"thunder"),
    _test("stream", MOO, r"nature/(river|waterfall)"),
    _free("stream", STK, r"(river_loop|waterfall_loop)", "CC0"),
    _test("stream", MIN, r"env_sounds_water"),
    _test("stream", LIN, r"/Water\d"),
    _test("stream", SIM, r"Water"),
    _test("stream", "antum", r"ambience/sounds/(river|waterfall)"),
    _test("stream", GCO, r"water_fill"),
    *_esc("waves", "Sea waves"),
    _free("waves", BLA, r"waves\.ogg", "CC-BY"),
    _free("waves", MAC, r"waves", "CC0"),
    _test("waves", MOO, r"nature/waves"),
    _test("waves", "antum", r"ambience/sounds/beach"),
    _test("drip", MOO, r"droplets"),
    _test("drip", "hedgewars-data", r"Droplet"),
    _test("drip", GCO, r"/drip\."),
    _test("drip", "antum", r"drippingwater"),
    _test("drip", "aar", r"raindrop"),
    _wis("wind", "wind"),
    _free("wind", BLA, r"wind\.ogg", "CC0"),
    _free("wind", MAC, r"wind", "CC0"),
    _test("wind", MOO, r"nature/(wind|howling-wind)\."),
    _test("wind", "antum", r"(desertwind|ambience/sounds/wind)"),
    *_esc("fire", "Fire crackling"),
    _wis("fire", "fire_crackle"),
    _free("fire", BLA, r"fireplace", "public domain"),
    _free("fire", MAC, r"fireplace", "CC0"),
    _test("fire", MOO, r"campfire"),
    _test("fire", MIN, r"fire_(fire|small|large)"),
    _test("fire", LIN, r"/Fire\d"),
    _wis("bell", "church_bells", "bicycle_bell", "doorbell"),
    _free("bell", SON, r"(perc_bell|elec_bell)", "CC0"),
    _test("bell", "aar", r"bell"),
    _test("bell", "unknown-horizons", r"(ships_bell|chapel)"),
    _test("siren", MOO, r"ambulance-siren"),
    _test("siren", TUX, r"firetruck\.ogg"),
    _test("siren", "antum", r"siren_danger"),
    _free("beep", SON, r"(elec_beep|elec_blip|elec_ping)", "CC0"),
    _free("beep", MAC, r"classic-alarm", "CC0"),
    _test("beep", MOO, r"/(alarm|morse-code)\."),
    _test("beep", GCO, r"(bleep|/dot|/dash|LRRing)"),
    _test("beep", "sound-theme-freedesktop", r"(alarm-clock|phone-|dialog-error|device-added)"),
    _test("beep", "hedgewars-data", r"/beep\.ogg"),
    *_esc("clock", "Clock tick"),
    _wis("clock", "clock_tick", "watch_tick"),
    _free("clock", STK, r"sfx/clock\.ogg", "public domain"),
    _test("clock", MOO, r"/clock\."),
    _wis("footsteps", "node_step_(hard|ice|metal|sand|snow)", "node_dug_gravel"),
    _test("footsteps", MOO, r"walk-"),
    _test("footsteps", MIN, r"footstep"),
    _test("footsteps", "hedgewars-data", r"/steps"),
    _test("applause", GCO, r"Applauses"),
    _free("crowd", BLA, r"coffee-shop", "public domain"),
    _test("crowd", MOO, r"(crowd|crowded-bar|restaurant|cafe)\."),
    _test("crowd", LIN, r"(MarketFull|MarketMed|SportsCroud)"),
    _test("crowd", "unknown-horizons", r"(tavern|main_square)"),
    *_esc("baby", "Baby cry"),
    *_esc("sneeze", "Person sneeze"),
    _test("typing", MOO, r"(keyboard|typewriter)"),
    _wis(
        "gunshot", "pistol_fire", "rifle_fire", "rifle_small_fire", "shotgun_fire_pump", "ar_fire", "ar_burst"
    ),
    _test("gunshot", "hedgewars-data", r"/(gun|minigun|shotgunfire|sniper)\.ogg"),
    _wis("explosion", "explosion", "explosion_distant", "fireworks", "fireworks_pop", "fireball"),
    _test("explosion", "hedgewars-data", r"/(explosion|mortar|grenadeimpact)\.ogg"),
    _test("explosion", MIN, r"tnt_explode"),
    _test("explosion", MOO, r"fireworks"),
    _test("explosion", LIN, r"RocketExpl"),
    _test("explosion", TUX, r"fireworks"),
    _wis("glass", "node_dug_glass"),
    _test("glass", MIN, r"break_glass"),
    _wis("knock", "door_knock", "woodpecker_peck"),
    _test("knock", GCO, r"/knock"),
    _test("knock", MOO, r"woodpecker"),
    _wis("door", "door_close", "door_creak", "door_open", "tree_creak"),
    _free("door", SON, r"perc_door", "CC0"),
    _test("door", MIN, r"doors_"),
    _test("door", GCO, r"(door_open|door_close|LRDoor)"),
    _test("vacuum", TUX, r"(vacuum|Washing)"),
    _test("vacuum", MOO, r"(dryer|washing-machine)"),
    _test("vacuum", "antum", r"vacuumcleaner"),
    _wis("speech", "laugh_evil"),
    _test("speech", "unknown-horizons", r"/voice/"),
    _test("speech", TUX, r"animals/.*_desc\.ogg"),
    _test("speech", "hedgewars-data", r"voices/(Classic|British)/"),
    _free("drums", SON, r"loop_(amen|amen_full|breakbeat|garzul|mika|safari|tabla|compus|perc1)\.", "CC0"),
    _test("drums", GCO, r"/(drum_kit|snare_drum|bongo|cymbal|timpani)\.ogg"),
    _test("drums", TUX, r"percussion/drumkit"),
    _test("drums", "lmms-common", r"samples/(beats|latin)/"),
    _free("electric guitar", SON, r"guit_(e_fifths|e_slide|em9)", "CC0"),
    _test("guitar", GCO, r"(guitar_(melody|son)|/guitar\.ogg)"),
    _test("guitar", "hydrogen-drumkits-effects", r"(1|5)\.(flac|wav)$"),
    _test("electric guitar", GCO, r"electric_guitar"),
    _test("piano", GCO, r"/piano\.ogg"),
    _test("organ", GCO, r"/organ\.ogg"),
    _test("strings", GCO, r"/(violin|cello)\.ogg"),
    _test("strings", TUX, r"string/(cello|violin)\.ogg"),
    _test("brass", GCO, r"/(trumpet|horn|tuba|trombone)\.ogg"),
    _test("flute", GCO, r"flute_trav"),
    _test("clarinet", GCO, r"/clarinet\.ogg"),
    _test("clarinet", TUX, r"wind/bassoon\.ogg"),
    _test("saxophone", GCO, r"/saxophone\.ogg"),
    _test("harp", GCO, r"/harp\.ogg"),
    _test("accordion", GCO, r"/(accordion|harmonica)\.ogg"),
    _test("mallets", GCO, r"xylofon"),
    _test("banjo", GCO, r"/banjo\.ogg"),
    _test("bass", "lmms-common", r"(basses|bassloops)/"),
)

ALIKE: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split(", "))
    for group in (
        "rain, stream, waves, fire, applause, wind, noise",
        "engine, train, airplane, helicopter, chainsaw, vacuum",
        "drums, footsteps, knock, door, explosion, gunshot, hooves",
        "explosion, gunshot, thunder",
        "clock, knock, typing, footsteps, hooves",
        "rain, drip, stream",
        "guitar, harp, banjo, electric guitar, bass",
        "piano, mallets, harp, bell",
        "organ, accordion, choir",
        "strings, choir",
        "brass, saxophone",
        "clarinet, flute, saxophone",
        "birds, crow",
        "hen, duck, rooster, crow",
        "speech, crowd, choir, baby",
        "cow, sheep",
        "wolf, dog",
        "thunder, wind",
        "beep, siren, bell, horn",
        "crickets, birds",
        "lion, thunder",
        "bees, crickets",
        "synth, organ",
        "synth, strings",
        "synth, bass",
        "cat, baby",
        "horse, lion, pig",
        "crowd, applause",
        "owl, flute",
        "glass, bell",
        "vacuum, wind, noise",
    )
)
"""Sounds that a listener would not tell apart in a mixture; they are never mixed with one another."""


def sounds() -> tuple[str, ...]:
    """Return every class id, sorted; those without files are made by `synthesis` or `music`."""
    extra = {"noise", "synth", "choir", "bass", "vacuum"}
    return tuple(sorted({source.sound for source in SOURCES} | extra))


def alike(first: str, second: str) -> bool:
    """Whether two classes are the same or too much alike to be mixed."""
    return first == second or any(first in group and second in group for group in ALIKE)
