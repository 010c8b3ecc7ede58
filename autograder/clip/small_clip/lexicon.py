"""Which words point at which classes: the meaning that training captions carry.

An entry maps a phrase to *evidence*, a weight for each class that it can denote (relative; a class
that is not named gets the small default of its table). Phrases are lower case, singular, and free of
hyphens, as `captions.words` makes them.

Three tables:

- `NOUNS`       names of garments, used with care ("pullover sweater");
- `LOOSE`       the same names standing alone, used as web alt-texts use them: "shirt" for anything
                worn above the belt, "sandal" for any light shoe. This is why bare class names do
                worse than good prompts. The weak ones (shirt, pullover, dress, sandal) are those
                that openai/clip-vit-base-patch32 also finds weak when it is given bare names;
- `ATTRIBUTES`  sleeves, closures, soles, purposes. They multiply into a noun's evidence, so that a
                prompt with a wrong attribute ("a long-sleeved top" for a T-shirt) misleads.
"""

from __future__ import annotations

from collections.abc import Mapping

TEE, TROUSER, PULLOVER, DRESS, COAT, SANDAL, SHIRT, SNEAKER, BAG, BOOT = range(10)
N_CLASSES = 10

Evidence = Mapping[int, float]

NOUN_DEFAULT = 0.02
"""Weight of a class that a noun does not name."""

ATTRIBUTE_DEFAULT = 0.12
"""Weight of a class that an attribute does not name: attributes exclude less firmly than nouns."""

LOOSE_DEFAULT = 0.01

_TEE: Evidence = {TEE: 1.0, SHIRT: 0.08}
_TROUSER: Evidence = {TROUSER: 1.0}
_PULLOVER: Evidence = {PULLOVER: 1.0, COAT: 0.05, SHIRT: 0.05}
_DRESS: Evidence = {DRESS: 1.0}
_COAT: Evidence = {COAT: 1.0, PULLOVER: 0.06, SHIRT: 0.04}
_SANDAL: Evidence = {SANDAL: 1.0, SNEAKER: 0.03}
_SHIRT: Evidence = {SHIRT: 1.0, TEE: 0.12, COAT: 0.04, PULLOVER: 0.04}
_SNEAKER: Evidence = {SNEAKER: 1.0, SANDAL: 0.03, BOOT: 0.03}
_BAG: Evidence = {BAG: 1.0}
_BOOT: Evidence = {BOOT: 1.0, SNEAKER: 0.04}

_SYNONYMS: tuple[tuple[Evidence, str], ...] = (
    (
        _TEE,
        "t shirt, tshirt, tee, tee shirt, t shirt top, tank top, crew neck tee, graphic tee, "
        "short sleeve top, undershirt, crop top, camisole",
    ),
    (
        _TROUSER,
        "trouser, pant, jean, slack, chino, legging, tight, jogger, sweatpant, "
        "pair of trouser, pair of pant, pair of jean, dress pant, cargo pant",
    ),
    (
        _PULLOVER,
        "pullover, sweater, jumper, sweatshirt, hoodie, knitwear, pullover sweater, "
        "knit sweater, wool sweater, turtleneck, jersey, long sleeve sweater",
    ),
    (
        _DRESS,
        "dress, gown, frock, sundress, maxi dress, summer dress, evening dress, party dress, "
        "t shirt dress, sweater dress, shirt dress, one piece dress, tunic dress, robe",
    ),
    (
        _COAT,
        "coat, jacket, overcoat, parka, blazer, trench coat, raincoat, anorak, winter coat, "
        "outerwear, windbreaker, winter jacket, peacoat",
    ),
    (
        _SANDAL,
        "sandal, flip flop, slipper, open toe shoe, open shoe, heeled sandal, strappy shoe, "
        "high heel, espadrille, slide sandal, gladiator sandal, summer sandal",
    ),
    (
        _SHIRT,
        "shirt, blouse, dress shirt, button up shirt, button down shirt, button up, "
        "button down, collared shirt, polo shirt, oxford shirt, flannel shirt, formal shirt, "
        "button shirt, long sleeve shirt",
    ),
    (
        _SNEAKER,
        "sneaker, trainer, running shoe, athletic shoe, tennis shoe, sport shoe, gym shoe, "
        "basketball shoe, sports shoe, training shoe, skate shoe, canvas shoe",
    ),
    (
        _BAG,
        "bag, handbag, purse, tote, tote bag, shoulder bag, backpack, satchel, clutch, hand bag, "
        "leather bag, messenger bag, suitcase",
    ),
    (
        _BOOT,
        "ankle boot, boot, bootie, chelsea boot, leather boot, winter boot, high boot, "
        "ankle high boot, combat boot, heeled boot, short boot",
    ),
)

NOUNS: dict[str, Evidence] = {
    phrase.strip(): evidence for evidence, line in _SYNONYMS for phrase in line.split(",")
}
NOUNS["top"] = {TEE: 1.0, SHIRT: 0.3, PULLOVER: 0.25}

LOOSE: dict[str, Evidence] = {
    "t shirt top": {TEE: 0.56, SHIRT: 0.34, DRESS: 0.05, PULLOVER: 0.05},
    "t shirt": {TEE: 0.58, SHIRT: 0.34, PULLOVER: 0.08},
    "top": {TEE: 0.40, SHIRT: 0.25, PULLOVER: 0.20, DRESS: 0.15},
    "trouser": {TROUSER: 0.92, DRESS: 0.08},
    "pullover": {PULLOVER: 0.42, COAT: 0.30, SHIRT: 0.20, TEE: 0.08},
    "sweater": {PULLOVER: 0.60, COAT: 0.30, SHIRT: 0.10},
    "dress": {DRESS: 0.50, COAT: 0.20, SHIRT: 0.16, TEE: 0.14},
    "coat": {COAT: 0.50, PULLOVER: 0.42, SHIRT: 0.04, DRESS: 0.04},
    "jacket": {COAT: 0.60, PULLOVER: 0.25, SHIRT: 0.15},
    "sandal": {SNEAKER: 0.46, BOOT: 0.40, SANDAL: 0.14},
    "shirt": {TEE: 0.56, PULLOVER: 0.20, COAT: 0.20, SHIRT: 0.04},
    "sneaker": {SNEAKER: 0.60, SANDAL: 0.32, BOOT: 0.08},
    "bag": {BAG: 0.94},
    "ankle boot": {BOOT: 0.62, SNEAKER: 0.24, SANDAL: 0.14},
    "boot": {BOOT: 0.62, SNEAKER: 0.24, SANDAL: 0.14},
}

_LONG: Evidence = {PULLOVER: 1.0, COAT: 0.9, SHIRT: 0.8, DRESS: 0.3, TEE: 0.04}
_SHORT: Evidence = {TEE: 1.0, DRESS: 0.5, SHIRT: 0.25, PULLOVER: 0.04, COAT: 0.03}
_BARE_ARMS: Evidence = {DRESS: 1.0, TEE: 0.7, SHIRT: 0.1, PULLOVER: 0.03, COAT: 0.03}
_BUTTONS: Evidence = {SHIRT: 1.0, COAT: 0.7, DRESS: 0.15, PULLOVER: 0.08, TEE: 0.04}
_WARM: Evidence = {PULLOVER: 1.0, COAT: 0.8, BOOT: 0.4, SHIRT: 0.15, TEE: 0.05, SANDAL: 0.05}
_KNIT: Evidence = {PULLOVER: 1.0, COAT: 0.3, DRESS: 0.2, SHIRT: 0.12, TEE: 0.1}
_OPEN_FRONT: Evidence = {COAT: 1.0, SHIRT: 0.3, PULLOVER: 0.12, BAG: 0.15, TEE: 0.03}
_LIGHT: Evidence = {TEE: 1.0, DRESS: 0.8, SANDAL: 0.8, SHIRT: 0.4, COAT: 0.04, PULLOVER: 0.06}
_LEGS: Evidence = {TROUSER: 1.0, DRESS: 0.05}
_SKIRT: Evidence = {DRESS: 1.0, COAT: 0.15}
_STRAPS: Evidence = {SANDAL: 1.0, BAG: 0.5, DRESS: 0.2, SNEAKER: 0.06, BOOT: 0.05}
_OPEN_TOE: Evidence = {SANDAL: 1.0, SNEAKER: 0.03, BOOT: 0.03}
_LACES: Evidence = {SNEAKER: 1.0, BOOT: 0.5, SANDAL: 0.05}
_SPORT: Evidence = {SNEAKER: 1.0, TEE: 0.3, TROUSER: 0.2, SANDAL: 0.06, BOOT: 0.05}
_HIGH: Evidence = {BOOT: 1.0, SNEAKER: 0.15, SANDAL: 0.05}
_LOW: Evidence = {SNEAKER: 1.0, SANDAL: 0.3, BOOT: 0.04}
_HEEL: Evidence = {SANDAL: 1.0, BOOT: 0.8, SNEAKER: 0.03}
_HANDLE: Evidence = {BAG: 1.0}
_FORMAL: Evidence = {SHIRT: 1.0, COAT: 0.5, DRESS: 0.5, TROUSER: 0.5, TEE: 0.05, SNEAKER: 0.05}
_SHOE: Evidence = {SANDAL: 1.0, SNEAKER: 1.0, BOOT: 1.0}
_GARMENT: Evidence = {c: 1.0 for c in (TEE, TROUSER, PULLOVER, DRESS, COAT, SHIRT)} | {
    c: 0.4 for c in (SANDAL, SNEAKER, BAG, BOOT)
}
_UPPER: Evidence = {c: 1.0 for c in (TEE, PULLOVER, COAT, SHIRT)} | {DRESS: 0.4}

_ATTRIBUTE_WORDS: tuple[tuple[Evidence, str], ...] = (
    (_LONG, "long sleeve, long sleeved, with sleeve, full sleeve"),
    (_SHORT, "short sleeve, short sleeved, half sleeve"),
    (_BARE_ARMS, "sleeveless, without sleeve, no sleeve, spaghetti strap"),
    (_BUTTONS, "button, buttoned, collar, collared, cuff, buttoned up, breast pocket"),
    (_WARM, "warm, winter, cozy, thick, heavy, padded"),
    (_KNIT, "knitted, knit, wool, woolen, ribbed, cable knit, fleece"),
    (_OPEN_FRONT, "zip, zipper, zipped, open front, lapel, hooded, waterproof, outdoor"),
    (_LIGHT, "summer, light, beach, thin, airy"),
    (_LEGS, "leg, two leg, long leg, trouser leg, legged, waistband"),
    (_SKIRT, "skirt, hem, long and narrow, waist, knee length, flowing, one piece"),
    (_STRAPS, "strap, strappy, ankle strap, buckle"),
    (_OPEN_TOE, "open toe, open toed, toe, peep toe, bare foot, open"),
    (_LACES, "lace, laced, lace up, shoelace"),
    (_SPORT, "sport, sports, sporty, athletic, running, gym, training"),
    (_HIGH, "high top, above the ankle, ankle, ankle high, shaft, covering the ankle, high ankle"),
    (_LOW, "low top, low cut, flat, rubber sole, flat sole"),
    (_HEEL, "heel, heeled, high heeled, block heel"),
    (_HANDLE, "handle, carry, carrying, shoulder strap, accessory, luggage, container"),
    (_FORMAL, "formal, business, office, elegant"),
    (_SHOE, "shoe, footwear, foot"),
    (_GARMENT, "garment, clothing, clothe, apparel, wear"),
    (_UPPER, "upper body, torso, worn on the upper body, upper body garment"),
)

ATTRIBUTES: dict[str, Evidence] = {
    phrase.strip(): evidence for evidence, line in _ATTRIBUTE_WORDS for phrase in line.split(",")
}

CONTEXT = frozenset(
    (
        "photo", "photograph", "picture", "image", "snapshot", "shot", "scan", "thumbnail", "icon",
        "illustration", "drawing", "catalogue", "catalog", "product", "listing", "advert",
        "advertisement", "sample", "example", "view", "close", "closeup", "rendering", "figure",
        "depiction", "grayscale", "greyscale", "dataset",
    )
)  # fmt: skip
"""Words that say "this is a description of a picture": a noun beside one is used with more care."""
