"""Tables of augmentation: descriptions of anonymous sources, invented names and bodies, reporting verbs."""

from __future__ import annotations

from dataclasses import dataclass


def read_words(table: str) -> tuple[str, ...]:
    """The words of a table, whatever the line breaks."""
    return tuple(table.split())


def read_phrases(table: str) -> tuple[str, ...]:
    """The lines of a table."""
    return tuple(table.strip().split("\n"))


@dataclass(frozen=True, slots=True)
class Description:
    """How an anonymous source is described: at the first mention and after it."""

    first: str
    later: str
    plural: bool
    source_type: str
    anonymity_type: str


# One person: description and follow-up. {body} is an unnamed body of the kind that leaks.
_PERSONS = """
a senior {body} official|the official
a {body} official|the official
a former {body} official|the former official
a government official|the official
a senior government official|the official
a Western diplomat|the diplomat
a diplomat briefed on the talks|the diplomat
a European diplomat|the diplomat
a senior aide|the aide
an aide to the minister|the aide
a campaign aide|the aide
a former adviser|the former adviser
a congressional staffer|the staffer
a party insider|the insider
a backbench lawmaker|the lawmaker
a cabinet member|the cabinet member
a lobbyist who attended the meeting|the lobbyist
an intelligence officer|the officer
a defence official|the official
a military officer|the officer
a retired general|the retired general
a person familiar with the matter|the person
a person briefed on the talks|the person
a person close to the negotiations|the person
a person with direct knowledge of the deal|the person
a source close to the family|the source
a source at the company|the source
a source with knowledge of the inquiry|the source
one insider|the insider
a company insider|the insider
an executive at the firm|the executive
a senior executive|the executive
a former executive|the former executive
a board member|the board member
an investor in the fund|the investor
a trader at a large bank|the trader
an analyst at a rival bank|the analyst
a banker involved in the sale|the banker
a lawyer involved in the case|the lawyer
a former employee|the former employee
an employee at the warehouse|the employee
an engineer on the project|the engineer
a software developer at the company|the developer
a contractor who worked on the system|the contractor
a product manager|the manager
a doctor at the hospital|the doctor
a nurse on the ward|the nurse
a paramedic at the scene|the paramedic
a health worker|the health worker
a hospital administrator|the administrator
a virologist who reviewed the data|the virologist
a club insider|the insider
a team-mate|the team-mate
a player in the squad|the player
a league executive|the executive
an agent who works with several players|the agent
an assistant coach at another club|the coach
a law enforcement official|the official
a police officer at the scene|the officer
a detective on the case|the detective
an investigator close to the case|the investigator
a court official|the official
a juror|the juror
a prison guard|the guard
a professor at the university|the professor
a member of the faculty|the professor
a graduate student in the laboratory|the student
a teacher at the school|the teacher
a parent of one of the pupils|the parent
a union member|the union member
a farmer in the valley|the farmer
a refugee from the north|the refugee
a relative of one of the victims|the relative
a neighbour of the family|the neighbour
a member of the crew|the crew member
a local businessman|the businessman
a priest in the diocese|the priest
""".strip()

_INCIDENTAL_PERSONS = """
a passer-by|the passer-by
a shopper outside the store|the shopper
a commuter on the platform|the commuter
a resident of the street|the resident
a driver who stopped to help|the driver
a fan queueing for tickets|the fan
a tourist at the beach|the tourist
a voter leaving the polling station|the voter
""".strip()

_GROUPS = """
two aides|the aides
two senior aides|the aides
three {body} officials|the officials
two people familiar with the matter|the people
people familiar with the matter|the people
people briefed on the talks|the people
people close to the negotiations|the people
four people with knowledge of the deal|the people
sources close to the family|the sources
two sources|the sources
sources at the company|the sources
senior {body} officials|the officials
Western diplomats|the diplomats
two diplomats|the diplomats
several lawmakers|the lawmakers
a handful of party insiders|the insiders
several former employees|the former employees
three current employees|the employees
half a dozen executives|the executives
two board members|the board members
bankers involved in the sale|the bankers
two engineers on the project|the engineers
several nurses on the ward|the nurses
two doctors at the hospital|the doctors
a group of team-mates|the team-mates
two club insiders|the insiders
two law enforcement officials|the officials
two detectives on the case|the detectives
lawyers involved in the case|the lawyers
several teachers at the school|the teachers
two members of the crew|the crew members
relatives of the victims|the relatives
advisers to the campaign|the advisers
""".strip()

_COLLECTIVES = """
critics|the critics
supporters|supporters
opponents|opponents
experts|the experts
some experts|the experts
analysts|analysts
many analysts|the analysts
observers|observers
some observers|the observers
industry insiders|insiders
legal scholars|the scholars
economists|economists
some economists|the economists
many doctors|the doctors
health experts|the experts
campaigners|campaigners
activists|activists
environmentalists|environmentalists
consumer advocates|the advocates
many residents|residents
locals|locals
some parents|the parents
fans|fans
many supporters of the club|the supporters
users|users
some users|the users
developers|developers
traders|traders
many investors|investors
small businesses|the businesses
farmers|farmers
conservatives|conservatives
progressives|progressives
sceptics|the sceptics
historians|historians
""".strip()

BODIES = (
    """
foreign ministry|interior ministry|finance ministry|health ministry|defence ministry|transport department|central bank
treasury|White House|Kremlin|Downing Street|city hall|police|border agency|tax office|European Union|NATO|military
intelligence|trade department|justice department|county|hospital|railway|league|airport|palace|navy|school district
""".strip()
    .replace("\n", "|")
    .split("|")
)

# Words that state confidentiality, for one person ({she}, {her}) and for several. All give `explicit` (codebook 2.2).
EXPLICIT_ONE = """
who spoke on condition of anonymity
who spoke on condition of anonymity about private talks
speaking on condition of anonymity
who asked not to be named because {she} feared losing {her} job
who asked not to be named because the talks were private
who asked to remain anonymous
who asked not to be identified for fear of reprisals
who declined to be named
who requested anonymity to speak freely about the case
who was granted anonymity to describe the meeting
who insisted on anonymity
whose name is being withheld for {her} safety
whose identity is known to this newspaper but withheld at {her} request
who did not want to be named because {she} still worked there
who was not authorised to speak publicly
who was not authorized to speak to the media
who lacked permission to speak to reporters
who spoke anonymously to protect {her} family
speaking anonymously
who did not wish to give {her} name
who would not be named
""".strip().split("\n")
EXPLICIT_MANY = """
who spoke on condition of anonymity
speaking on condition of anonymity
who asked not to be named because the talks were private
who asked not to be named because they feared losing their jobs
who asked to remain anonymous
who asked not to be identified for fear of reprisals
who declined to be named
who requested anonymity to speak freely about the case
who were granted anonymity to describe the meeting
who insisted on anonymity
who were not authorised to speak publicly
who were not authorized to speak to the media
who spoke anonymously to protect their families
whose names are being withheld for their safety
""".strip().split("\n")


# One person of whom only a first name, real or not, is given (codebook 1.4 row 32): explicit.
PARTIAL_NAMES = read_phrases("""
{first}, whose surname is being withheld,
{first}, whose last name is being withheld for {her} safety,
{first}, not {her} real name,
{first}, who asked that only {her} first name be used,
{first} (a pseudonym)
""")


def _descriptions(table: str, plural: bool, source_type: str, anonymity_type: str) -> tuple[Description, ...]:
    pairs = (line.split("|") for line in table.split("\n"))
    return tuple(Description(first, later, plural, source_type, anonymity_type) for first, later in pairs)


PERSONS = _descriptions(_PERSONS, False, "unnamed_person", "veiled")
INCIDENTAL = _descriptions(_INCIDENTAL_PERSONS, False, "unnamed_person", "incidental")
GROUPS = _descriptions(_GROUPS, True, "unnamed_group", "veiled")
COLLECTIVES = _descriptions(_COLLECTIVES, True, "generic_collective", "generic")

FEMALE_NAMES = read_words("""
Maria Ines Adaeze Amina Aoife Astrid Beatriz Birgitta Chiamaka Chloe Daria Delphine Eleni Esi Fatima Freya Gulnara
Hana Hedda Ilse Imani Ioana Jasmina Kalpana Katarzyna Keiko Laleh Leilani Ljudmila Lucia Mairead Marit Meera
Mei-Ling Milica Nadia Ngozi Noor Oksana Olga Parvati Priya Rania Rosalind Saoirse Shreya Sibongile Solveig Soo-jin
Svetlana Tamar Thandiwe Wilhelmina Xiomara Yasmin Yewande Zainab Zofia
""")
MALE_NAMES = read_words("""
Adebayo Ahmed Alasdair Alejandro Anders Andrzej Arjun Bilal Bogdan Carlos Chidi Cormac Daniyar Demba Dimitri
Dong-hyun Eduardo Emeka Farid Fergus Giorgi Goran Hamza Haruki Henrik Ibrahim Igor Ismail Ivo Jamal Janusz Joaquim
Kamau Karim Kenji Kofi Kwame Lars Lorenzo Luka Mahmoud Marek Mateus Mihail Nikhil Oluwaseun Olav Omar Pavel Pedro
Rajesh Ruairi Samir Sanjay Seung-ho Sipho Stellan Tariq Teodor Tomas Vikram Yusuf Zoltan
""")
LAST_NAMES = read_words("""
Abara Abdullahi Achterberg Adeyemi Aguirre Ahlgren Akintola Albescu Alvarenga Amsterdamer Anttila Arslan Asante
Bakhtiari Balogun Bandara Baranov Bergstrand Bhattacharya Biswas Bjarnason Bogdanov Boateng Brannigan Brzezicki
Caetano Calloway Carvalheira Castellanos Chatterjee Chukwuma Cisneros Colquhoun Cvetkovic Dabrowski Dalgaard Danjuma
Davenhill Demirci Deshpande Diallo Dimitrova Domingues Drummond Dvorakova Echeverria Eguchi Ekstrand Engelbrecht
Erdogmus Esposito Farrokhzad Fernando Fitzwilliam Fofanah Fujimori Galanis Garaba Ghorbani Goncalves Grabowski
Guerreiro Haddad Halvorsen Hamasaki Hargreave Hashemi Hernandez-Vidal Hlatshwayo Holmqvist Horvath Hossain Ibarra
Ichikawa Ilinca Isaksen Ivanovic Jablonski Jayawardena Joergensen Kaplinsky Karimov Kavanaugh Kazlauskas Kekkonen
Khumalo Kimathi Kobayashi Kowalczyk Krishnan Kuznetsova Laaksonen Lindqvist Llewellyn Lombardini Macalister Mahlangu
Mandirola Marchetti Mbeki-Nkosi McElhinney Mehrotra Mendonca Mihajlov Mokoena Moreau-Petit Mukherjee Mwangi Nakagawa
Ndiaye Nikolaidis Nkemelu Nowakowski O'Driscoll Obafemi Odhiambo Okafor Okonjo Olsson Ortega-Ruiz Osei Ouedraogo
Ozturk Papadakis Pashayev Pereira Petrossian Pham Popescu Quaresma Quigley Radovanovic Rahimi Ramaswamy Rautio
Reinholt Ribeiro Rosenqvist Rutkowska Saarinen Salazar Sandoval Sarpong Schoenfeld Sekulic Shevchenko Shimizu
Sithole Skarsgaard Soderstrom Somchai Stankovic Subramanian Szabo Takahashi Tamminen Tchaikova Tesfaye Thorvaldsen
Tolentino Traore Tshabalala Ulvestad Uzunov Valdivia Vanterpool Vasilenko Venkatesan Villanueva Vukovic Wachowski
Wanjiru Wickramasinghe Wojcik Yamashiro Yilmaz Zaman Zelenka Zhao Zielinski Zulfiqar
""")

# What a named person may be, after "NAME, ".
PERSON_ROLES = (
    """
a harbour engineer at {place}|a nurse at {place} General Hospital|a professor of law at {place} University
an analyst at {firm}|the finance director of {firm}|the mayor of {place}|a lawyer for {firm}|a farmer near {place}
a spokesman for {firm}|a spokeswoman for {firm}|the head coach of {place} Rovers|a goalkeeper for {place} United
a detective with the {place} police|a judge at the {place} district court|an epidemiologist at {place} University
the deputy interior minister
a member of parliament for {place}|a software engineer at {firm}|the owner of a shop in {place}
a teacher from {place}|the president of the {place} Chamber of Commerce|a climate researcher at {place} University
""".strip()
    .replace("\n", "|")
    .split("|")
)
BODIES_NAMED = (
    """
{firm}|the {place} Fire Service|the {place} city council|the {place} Health Authority|the Ministry of Ports
the {place} Riders' Union|{place} University|the {place} police department|the Institute for Coastal Studies
the {place} Football Association|the Bureau of Inland Waters|{place} General Hospital|the {place} prosecutor's office
a spokesman for {firm}|a spokeswoman for {firm}|a spokesperson for the {place} city council
a spokesman for the Ministry of Ports|a spokeswoman for {place} General Hospital
""".strip()
    .replace("\n", "|")
    .split("|")
)
PLACES = read_words("""
Tarnwell Quayford Ostrava-Nord Brennick Halvorstad Marlowe Keswin Dunmarra Skelby Valdora Pontevar Aldhurst Lysgaard
Kirovka Oyelaran Bandahar Riomar Sant-Elm Tsurumi Mbarika
""")
FIRMS = (
    """
Norlink|Averon|Castellan Foods|Brightwell Energy|Ondara Air|Helvig Pharma|Quillon Software|Perrin & Holt|Tessaly Motors
Ostrom Bank|Larkfield Homes|Zephyrine|Marchetti Steel|Kestrel Mobile|Vantor Logistics|Solace Care
""".strip()
    .replace("\n", "|")
    .split("|")
)

# Words that are names of people and of other things: a rename would not be certain.
COMMON_NAMES = frozenset(
    read_words("""
april august baker banks bell bishop black brown bush carter case chase church city cook cross day england field
ford forest france frank gates georgia grace grant gray green hall hill holder hope house hunt israel jordan judge
king lake lane law lincoln long lord love madison mark marsh may mexico miller moon moore paris park parks peace
pope porter price prince reed rice rich rose royal ruby sanders sharp singer small smart speaker star stone strange
street summer taylor temple terry turner union victor virginia walker wall ward washington waters west white will
wolf wood woods young
""")
)

CUES_PAST = read_words("""
stated added noted warned argued insisted explained claimed maintained reported observed acknowledged suggested asserted
contended declared emphasised admitted stressed
""")
# Verbs that go with a quotation rather than a clause.
CUES_OF_REPLY = ("countered", "conceded", "continued", "replied", "recalled", "remarked")
CUES_PRESENT = read_words("""
states adds notes warns argues insists explains claims maintains reports observes acknowledges
suggests asserts contends declares remarks stresses admits recalls
""")
# Present-tense verbs after a source, third person singular to plural.
PLURAL_OF = (
    {"is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "wasn't": "weren't"}
    | {
        "hasn't": "haven't",
        "doesn't": "don't",
        "denies": "deny",
        "says": "say",
        "tells": "tell",
        "writes": "write",
        "believes": "believe",
        "thinks": "think",
        "fears": "fear",
        "calls": "call",
        "describes": "describe",
        "wants": "want",
        "hopes": "hope",
        "agrees": "agree",
        "estimates": "estimate",
        "points": "point",
        "expects": "expect",
        "predicts": "predict",
        "sees": "see",
        "blames": "blame",
        "urges": "urge",
        "accuses": "accuse",
        "worries": "worry",
        "continues": "continue",
    }
    | {verb: verb[:-1] for verb in CUES_PRESENT}
)
SINGULAR_OF = {plural: singular for singular, plural in PLURAL_OF.items()}
PAST_IRREGULAR = frozenset(
    read_words("""
said told wrote gave made thought felt saw spoke began put went did had could would
""")
)
