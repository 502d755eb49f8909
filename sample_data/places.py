"""Towns, streets and organisations, all invented; the states and countries exist, the ZIP codes need not."""

from __future__ import annotations

from dataclasses import dataclass

from wordlist import listed


@dataclass(frozen=True, slots=True)
class Town:
    """A town; `zip_prefix` is what its ZIP codes begin with, `weight` its share of the patients."""

    name: str
    state: str
    zip_prefix: str
    area_code: str
    weight: int


def _towns(table: str) -> tuple[Town, ...]:
    rows = [line.split(", ") for line in table.strip().splitlines()]
    return tuple(Town(name, state, prefix, area, int(weight)) for name, state, prefix, area, weight in rows)


TOWNS = _towns("""
Harlow Falls, MA, 019, 617, 16
Port Wexley, MA, 024, 781, 12
Saint Brannock, ME, 042, 207, 8
Cobbett, NH, 032, 603, 6
East Tamarack, VT, 054, 802, 5
Narragut, RI, 028, 401, 9
Quill Harbor, CT, 065, 203, 10
North Ellery, NJ, 078, 973, 12
Dunmore Heights, NJ, 086, 609, 6
Kestrel Bay, NY, 117, 631, 10
Ashgrove, NY, 128, 518, 5
Millersend, PA, 176, 717, 7
Bellwether, OH, 448, 419, 6
Two Pines, MI, 498, 231, 5
Lakota Springs, SD, 577, 605, 3
Red Mesa Junction, AZ, 865, 928, 4
Rio Sereno, NM, 875, 505, 5
Vista Dorada, CA, 936, 559, 6
Santa Ynela, CA, 951, 951, 4
Fort Carrow, TX, 796, 325, 5
La Pradera, TX, 785, 956, 5
Magnolia Bend, LA, 714, 318, 3
Cypress Hollow, FL, 349, 772, 4
Marrow Creek, GA, 318, 229, 3
Tidewater Point, VA, 234, 757, 3
Owlhead, WI, 548, 715, 3
Granite Pass, CO, 814, 970, 2
Wending, WA, 988, 509, 2
Coos Landing, OR, 974, 541, 2
Kalena, HI, 967, 808, 1
""")

STREETS = tuple(
    f"{first} {second}"
    for first in listed("""
        Alderbank, Amberleigh, Brackenfield, Candlewick, Copperhill, Damson, Eelbrook, Fallowmere, Gorsefield,
        Heronsgate, Inkberry, Juniper Hollow, Kingfisher, Larkspur, Mossgiel, Nettlebed, Old Tannery,
        Pearmain, Quarryman's, Rushmere, Saltmarsh, Thistledown, Umberslade, Wrenfield
    """)
    for second in ("Street", "Road", "Lane", "Avenue", "Drive", "Court")
)

HOSPITALS = (
    "Alder Ridge General Hospital",
    "St. Brannock's Hospital",
    "Harlow Falls Medical Center",
    "Kestrel Bay Clinic",
    "Mercy of the Lakes",
    "Wexley Memorial Hospital",
    "Rio Sereno Community Hospital",
    "Northlight Rehabilitation Center",
    "Quill Harbor Family Practice",
)

EMPLOYERS = (
    "Bramble & Stave Cooperage",
    "Corvane Logistics",
    "Dunlin Freight Ltd",
    "Elmstead Bakery",
    "Farrowgate Insurance",
    "Glasswing Software Inc.",
    "Halyard Shipyard",
    "Kestrel Bay School District",
    "Lattice Telecom",
    "Marrow Creek Paper Mill",
    "Nimbus Home Care",
    "Ostler Brewing Company",
    "Pennant Airlines",
    "Quarrystone Builders",
    "Redpoll Credit Union",
    "Sable Creek Winery",
    "Tamarack County Library",
    "Umberfield Dairy Cooperative",
    "Verity Textiles GmbH",
    "Yarrow Public Transit",
)

FIRMS = (
    "Ashdown Pike LLP",
    "Calloway & Finch",
    "Greyfriars Legal Aid",
    "Peverell Insurance",
    "Tenterden Chambers",
    "Bluestem Mutual",
)

ORIGINS = {
    "Portugal": "Portuguese",
    "Norway": "Norwegian",
    "Somalia": "Somali",
    "Vietnam": "Vietnamese",
    "Poland": "Polish",
    "Turkey": "Turkish",
    "Nigeria": "Nigerian",
    "Mexico": "Mexican",
    "Japan": "Japanese",
    "Lebanon": "Lebanese",
    "Ireland": "Irish",
    "India": "Indian",
    "Ukraine": "Ukrainian",
    "Brazil": "Brazilian",
    "Ghana": "Ghanaian",
    "Iran": "Iranian",
}

CREEDS = listed("Catholic, Muslim, Lutheran, Hindu, Jewish, Buddhist, Baptist, Sikh, Quaker, Greek Orthodox")
