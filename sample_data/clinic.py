"""The clinic: diagnoses with what goes with them, and the clinicians who recur over all documents."""

from __future__ import annotations

from dataclasses import dataclass

from wordlist import listed


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis: its department, mean cost in dollars, and how often it is met.

    `ages` holds the weights for the age bands 0-17, 18-39, 40-64, 65 and over; `smoker`, `female` and `male`
    multiply them. The last three fields are the words that texts about it use.
    """

    name: str
    department: str
    cost: int
    ages: tuple[int, int, int, int]
    smoker: int
    female: int
    male: int
    symptoms: tuple[str, ...]
    drugs: tuple[str, ...]
    procedures: tuple[str, ...]


def _diagnoses(table: str) -> tuple[Diagnosis, ...]:
    """Read the table below: four lines a diagnosis (numbers, symptoms, drugs, procedures)."""
    lines = table.strip().splitlines()
    return tuple(_diagnosis(*lines[i : i + 4]) for i in range(0, len(lines), 4))


def _diagnosis(head: str, *words: str) -> Diagnosis:
    name, department, cost, ages, factors = head.split(" | ")
    child, young, middle, old = map(int, ages.split())
    smoker, female, male = map(int, factors.split())
    symptoms, drugs, procedures = map(listed, words)
    return Diagnosis(
        name=name,
        department=department,
        cost=int(cost),
        ages=(child, young, middle, old),
        smoker=smoker,
        female=female,
        male=male,
        symptoms=symptoms,
        drugs=drugs,
        procedures=procedures,
    )


DIAGNOSES = _diagnoses("""
asthma | Pulmonology | 1900 | 30 10 5 3 | 1 1 1
  wheezing at night, a tight chest, a dry cough, breathlessness on the stairs
  salbutamol, budesonide, montelukast, an inhaler
  spirometry, a peak-flow test, allergy testing
COPD | Pulmonology | 7400 | 0 1 6 12 | 6 1 1
  a productive cough, ankle swelling, shortness of breath at rest, repeated chest infections
  tiotropium, prednisolone, home oxygen, doxycycline
  spirometry, a chest X-ray, pulmonary rehabilitation
hypertension | Family Medicine | 1300 | 0 6 22 26 | 1 1 1
  morning headaches, dizziness, nosebleeds, blurred vision
  lisinopril, amlodipine, hydrochlorothiazide, losartan
  a 24-hour blood pressure record, kidney function tests, an ECG
coronary artery disease | Cardiology | 16800 | 0 1 9 18 | 3 1 2
  chest pain on effort, pain in the left arm, sweating, tiredness after short walks
  aspirin, atorvastatin, metoprolol, clopidogrel
  a coronary angiogram, stent placement, a stress test
atrial fibrillation | Cardiology | 8200 | 0 1 5 15 | 1 1 1
  palpitations, an irregular pulse, fainting, breathlessness when lying flat
  apixaban, bisoprolol, amiodarone, warfarin
  cardioversion, an echocardiogram, Holter monitoring
type 2 diabetes | Endocrinology | 5200 | 1 5 18 18 | 1 1 1
  thirst, numb toes, slow-healing sores, frequent urination
  metformin, insulin glargine, empagliflozin, semaglutide
  an HbA1c test, a retinal photograph, a foot examination
depression | Psychiatry | 3100 | 5 18 14 7 | 1 3 2
  low mood, early waking, loss of appetite, trouble concentrating
  sertraline, mirtazapine, venlafaxine, bupropion
  cognitive therapy, a PHQ-9 questionnaire, group sessions
anxiety disorder | Psychiatry | 2400 | 8 18 9 3 | 1 3 2
  panic on the bus, racing thoughts, restlessness, trembling hands
  escitalopram, propranolol, buspirone, duloxetine
  exposure therapy, relaxation training, a GAD-7 questionnaire
migraine | Neurology | 1700 | 4 16 9 2 | 1 3 1
  one-sided headache, flashing lights, nausea, sensitivity to noise
  sumatriptan, topiramate, erenumab, naproxen
  an MRI of the head, a headache diary, a nerve block
osteoarthritis | Orthopedics | 9600 | 0 1 11 22 | 1 3 2
  knee pain, stiff hips in the morning, swollen finger joints, pain on stairs
  ibuprofen gel, paracetamol, celecoxib, a steroid injection
  a knee replacement, physiotherapy, an X-ray of both hips
fracture | Orthopedics | 6700 | 22 12 6 10 | 1 1 1
  a swollen wrist, pain after a fall, a bruised shoulder, inability to bear weight
  paracetamol, codeine, vitamin D, alendronate
  a plaster cast, internal fixation, a bone density scan
breast cancer | Oncology | 34800 | 0 1 6 6 | 1 2 0
  a lump found at home, skin dimpling, a sore armpit, weight loss
  tamoxifen, letrozole, trastuzumab, docetaxel
  a mammogram, a lumpectomy, radiotherapy
prostate cancer | Oncology | 27500 | 0 0 4 11 | 1 0 2
  a weak stream, back pain, getting up at night, a raised PSA
  bicalutamide, leuprorelin, enzalutamide, tamsulosin
  a prostate biopsy, brachytherapy, a bone scan
pregnancy care | Obstetrics | 11900 | 0 26 1 0 | 1 2 0
  morning sickness, heartburn, swollen feet, low iron
  folic acid, iron tablets, labetalol, anti-D
  an anomaly scan, a glucose tolerance test, a caesarean section
eczema | Dermatology | 900 | 26 8 4 3 | 1 1 1
  itching behind the knees, a dry rash, cracked hands, weeping skin
  hydrocortisone cream, an emollient, tacrolimus ointment, cetirizine
  patch testing, wet wrapping, phototherapy
gastroenteritis | Gastroenterology | 1500 | 20 7 4 5 | 1 1 1
  vomiting, watery stools, stomach cramps, a dry mouth
  oral rehydration salts, ondansetron, loperamide, omeprazole
  a stool culture, a drip overnight, a colonoscopy
""")

DEPARTMENTS = tuple(sorted({diagnosis.department for diagnosis in DIAGNOSES} | {"Emergency"}))


@dataclass(frozen=True, slots=True)
class Clinician:
    """A clinician, the department, and how large a part of its patients is theirs."""

    given: str
    family: str
    department: str
    weight: int

    @property
    def full(self) -> str:
        """Given name and family name."""
        return f"{self.given} {self.family}"


def _clinicians(table: str) -> tuple[Clinician, ...]:
    rows = [line.split(", ") for line in table.strip().splitlines()]
    return tuple(Clinician(given, family, place, int(weight)) for given, family, place, weight in rows)


# No patient has one of these family names, so that a name in a document tells which clinician is meant.
CLINICIANS = _clinicians("""
Ngaire, Okonjo, Family Medicine, 12
Tobias, Wetherell, Family Medicine, 3
Ewa, Zdrojewska, Family Medicine, 1
Marta, Lindqvist, Emergency, 12
Hakan, Tuncer, Emergency, 3
Philippa, Grayling, Emergency, 1
Sanjay, Venkataraman, Cardiology, 12
Ottilie, Brandvold, Cardiology, 3
Conall, Mac Giolla, Cardiology, 1
Ruben, Castellvi, Pulmonology, 12
Astrid, Hólm, Pulmonology, 3
Leopold, Farkas, Endocrinology, 12
Amina, Suleimani, Endocrinology, 3
Beatrix, Oldcastle, Psychiatry, 12
Jun, Haraguchi, Psychiatry, 3
Séamus, Breathnach, Neurology, 12
Farida, Nazari, Neurology, 3
Gideon, Ashworth-Lee, Orthopedics, 12
Milena, Kovačič, Orthopedics, 3
Aurelio, Bragança, Oncology, 12
Yvonne, Tchoupo, Oncology, 3
Henrike, Osterkamp, Obstetrics, 12
Lucille, Fairweather, Obstetrics, 3
Dorian, Pelletier, Dermatology, 12
Sunita, Ramaswamy, Gastroenterology, 12
Bram, Hoogstraten, Gastroenterology, 3
""")
