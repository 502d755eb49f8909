"""Who and what a document is about: the words that fill its templates, with their labels."""

from __future__ import annotations

from datetime import date, timedelta

from clinic import CLINICIANS, DEPARTMENTS, Clinician
from dice import Dice
from notation import decomposed, initialled, long_dates, short_dates, spoken_dates, text_phones
from passage import Passage, Slots
from people import TODAY, Patient, Person, draw_email, draw_person, draw_street, plain_ascii
from places import CREEDS, EMPLOYERS, FIRMS, HOSPITALS, ORIGINS, TOWNS
from wordlist import listed

Words = dict[str, tuple[str, ...]]
Mentions = dict[str, tuple[str, tuple[str, ...]]]

_PRONOUNS = {
    "female": ("she", "her", "her", "was", "is", "has"),
    "male": ("he", "him", "his", "was", "is", "has"),
    "nonbinary": ("they", "them", "their", "were", "are", "have"),
}
_TITLES = {"female": ("Ms", "Mrs", "Ms."), "male": ("Mr", "Mr."), "nonbinary": ("Mx",)}
_KIN = {
    "female": ("sister", "wife", "aunt"),
    "male": ("brother", "husband", "uncle"),
    "nonbinary": ("cousin", "sibling"),
}
_RELATIONS = {
    "female": ("wife", "daughter", "niece", "sister", "cousin", "neighbor", "mother", "aunt"),
    "male": ("husband", "son", "nephew", "brother", "cousin", "neighbor", "father", "uncle"),
    "nonbinary": ("partner", "child", "cousin", "neighbor", "sibling"),
}
_NOT_OF_A_CHILD = frozenset({"wife", "daughter", "niece", "husband", "son", "nephew", "partner", "child"})
_NOT_OF_THE_OLD = frozenset({"mother", "aunt", "father", "uncle"})
_OCCUPATIONS = listed("""
    carpenter, bus driver, accountant, primary school teacher, welder, nurse, librarian, cook, translator,
    software developer, farm worker, hairdresser, electrician, sales assistant, beekeeper, warehouse picker,
    flight attendant, piano tuner, security guard, ship's engineer, architect
""")
_AGENTS = ("Priscilla", "Delroy", "Marguerita", "Tobiah", "Anouk", "Fergus")


def draw_clinician(dice: Dice, department: str) -> Clinician:
    """Draw a clinician of a department; in each, one sees most of the patients."""
    return dice.weighted({one: one.weight for one in CLINICIANS if one.department == department})


def draw_slots(dice: Dice, patient: Patient) -> Slots:
    """Draw everything that a document about this patient can mention.

    Dates and spellings are the document's own; people, places and numbers are the same in all of a patient's
    documents.
    """
    life = Dice(patient.patient_id)
    if dice.happens(8):
        patient = decomposed(patient)
    near, far = _draw_kin(life, patient), _draw_kin(life, patient)
    words: Words = {
        **_grammar(dice, patient),
        **_medicine(patient),
        "relation": (near[0],),
        "relation2": (far[0],),
    }
    mentions: Mentions = {
        **_patient(patient),
        **_numbers(life, patient),
        **_relative("relative", life, near[1]),
        **_relative("relative2", life, far[1]),
        **_work(life, patient.age),
        **_staff(life, patient.diagnosis.department),
        **_dates(dice, patient.birth),
        **_places(life, patient),
    }
    words["a_occupation"] = (_article(mentions["occupation"][1][0]),)
    slots = {name: tuple(Passage(form) for form in forms) for name, forms in words.items()}
    for name, (label, forms) in mentions.items():
        slots[name] = tuple(Passage.labelled(form, label) for form in forms)
    return slots


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou8" or word in ("11", "18") else "a"


def _grammar(dice: Dice, patient: Patient) -> Words:
    he, him, his, was, is_, has = _PRONOUNS[patient.gender]
    child = patient.age < 18
    titles = {"female": ("Miss",), "male": ("Master",)} if child else {}
    kin = {"female": ("daughter",), "male": ("son",), "nonbinary": ("child",)} if child else _KIN
    return {
        "he": (he,),
        "He": (he.capitalize(),),
        "him": (him,),
        "his": (his,),
        "His": (his.capitalize(),),
        "was": (was,),
        "is": (is_,),
        "has": (has,),
        "kin": (dice.choose(kin[patient.gender]),),
        "title": (dice.choose(titles.get(patient.gender, _TITLES[patient.gender])),),
        "a_age": (_article(str(patient.age)),),
        "room": (str(dice.between(1, 24)),),
    }


def _medicine(patient: Patient) -> Words:
    diagnosis = patient.diagnosis
    return {
        "diagnosis": (diagnosis.name,),
        "department": (diagnosis.department,),
        "symptom": diagnosis.symptoms,
        "drug": diagnosis.drugs,
        "procedure": diagnosis.procedures,
        "Procedure": tuple(name[0].upper() + name[1:] for name in diagnosis.procedures),
    }


def _patient(patient: Patient) -> Mentions:
    return {
        "patient": ("PERSON", (patient.full,)),
        "patient_surname": ("PERSON", (patient.family,)),
        "patient_given": ("PERSON", (patient.given,)),
        "patient_inverted": ("PERSON", (patient.inverted,)),
        "patient_initial": ("PERSON", (initialled(patient),)),
        "patient_upper": ("PERSON", (patient.full.upper(),)),
        "patient_lower": ("PERSON", (patient.full.lower(),)),
        "age": ("AGE", (str(patient.age),)),
        "age_old": ("AGE", (f"{patient.age}-year-old", f"{patient.age} year old")),
        "years": ("AGE", (f"{patient.age} years old",)),
        "email": ("EMAIL_ADDRESS", (patient.email,)),
        "phone": ("PHONE_NUMBER", text_phones(patient.phone)),
        "ssn": ("US_SSN", (patient.ssn,)),
        "mrn": ("MEDICAL_RECORD_NUMBER", (patient.patient_id,)),
        "street": ("STREET_ADDRESS", (patient.street,)),
        "town": ("LOCATION", (patient.town.name,)),
        "town_upper": ("LOCATION", (patient.town.name.upper(),)),
        "state": ("LOCATION", (patient.town.state,)),
        "zip": ("ZIP_CODE", (patient.zip_code,)),
    }


def _numbers(dice: Dice, patient: Patient) -> Mentions:
    slug = f"{plain_ascii(patient.given)}-{plain_ascii(patient.family)}"
    pages = (
        f"https://portal.example.org/records/{patient.patient_id}",
        f"https://www.example.com/people/{slug}",
        f"www.example.net/~{slug}",
    )
    account = f"AC-{dice.between(1000, 9999)}-{dice.between(0, 999):03}"
    case = f"{dice.choose('BCDH')}{dice.between(10, 99)}YJ{dice.between(0, 999):03}"
    return {
        "account": ("ACCOUNT_NUMBER", (account,)),
        "case": ("ACCOUNT_NUMBER", (case,)),
        "url": ("URL", (dice.choose(pages),)),
    }


def _draw_kin(dice: Dice, patient: Patient) -> tuple[str, Person]:
    person = draw_person(dice, family=patient.family if dice.happens(60) else None)
    barred = _NOT_OF_A_CHILD if patient.age < 18 else _NOT_OF_THE_OLD if patient.age > 65 else frozenset()
    return dice.choose([one for one in _RELATIONS[person.gender] if one not in barred]), person


def _relative(slot: str, dice: Dice, person: Person) -> Mentions:
    return {
        slot: ("PERSON", (person.full,)),
        f"{slot}_given": ("PERSON", (person.given,)),
        f"{slot}_phone": ("PHONE_NUMBER", text_phones(person.phone)),
        f"{slot}_email": ("EMAIL_ADDRESS", (draw_email(dice, person, dice.between(1950, 1999)),)),
        f"{slot}_street": ("STREET_ADDRESS", (draw_street(dice),)),
    }


def _work(dice: Dice, age: int) -> Mentions:
    occupation = dice.choose(_OCCUPATIONS)
    if age < 18:
        occupation = "pupil"
    elif age > 66:
        occupation = f"retired {occupation}"
    employer = dice.choose(EMPLOYERS)
    return {"occupation": ("OCCUPATION", (occupation,)), "employer": ("ORGANIZATION", (employer,))}


def _staff(dice: Dice, department: str) -> Mentions:
    referring = dice.weighted({"Family Medicine": 7 * (department != "Family Medicine"), "Emergency": 3})
    mentions: Mentions = {"agent": ("PERSON", (dice.choose(_AGENTS),))}
    for slot, place in (("clinician", department), ("referrer", referring)):
        one = draw_clinician(dice, place)
        email = f"{plain_ascii(one.given)[0]}.{plain_ascii(one.family)}@example.org"
        mentions[slot] = ("PERSON", (one.family,))
        mentions[f"{slot}_full"] = ("PERSON", (one.full,))
        mentions[f"{slot}_email"] = ("EMAIL_ADDRESS", (email,))
    office = f"{dice.choose(TOWNS).area_code} 555 01{dice.between(0, 99):02}"
    mentions["office_phone"] = ("PHONE_NUMBER", text_phones(office))
    return mentions


def _dates(dice: Dice, birth: date) -> Mentions:
    first = TODAY - timedelta(days=dice.between(20, 900))
    second = first + timedelta(days=dice.between(1, 9))
    coming = second + timedelta(days=dice.between(14, 120))
    write = long_dates if dice.happens(55) else short_dates
    mentions: Mentions = {"birth_date": ("DATE_TIME", (*short_dates(birth), long_dates(birth)[0]))}
    for slot, day in (("first_date", first), ("second_date", second), ("coming_date", coming)):
        mentions[slot] = ("DATE_TIME", write(day))
        mentions[f"{slot}_spoken"] = ("DATE_TIME", spoken_dates(day))
    hour, minute = dice.between(8, 18), dice.between(0, 45)
    mentions["clock"] = ("DATE_TIME", (f"{hour:02}:{minute:02}",))
    mentions["clock_later"] = ("DATE_TIME", (f"{hour:02}:{minute + dice.between(4, 14):02}",))
    return mentions


def _places(dice: Dice, patient: Patient) -> Mentions:
    origin = dice.choose(tuple(ORIGINS))
    return {
        "hospital": ("ORGANIZATION", (_draw_hospital(dice, patient.diagnosis.department),)),
        "firm": ("ORGANIZATION", (dice.choose(FIRMS),)),
        "other_town": ("LOCATION", (dice.choose([town for town in TOWNS if town != patient.town]).name,)),
        "origin": ("LOCATION", (origin,)),
        "nationality": ("NRP", (ORIGINS[origin],)),
        "creed": ("NRP", (dice.choose(CREEDS),)),
    }


def _draw_hospital(dice: Dice, department: str) -> str:
    usual = HOSPITALS[DEPARTMENTS.index(department) % len(HOSPITALS)]
    return usual if dice.happens(70) else dice.choose(HOSPITALS)
