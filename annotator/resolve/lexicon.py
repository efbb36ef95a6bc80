"""Closed word lists of the resolver. Lower case unless a comment says otherwise; sources: codebook 1.4, 1.8 and 2."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MALE_HONORIFICS = _words("mr mr. sir lord king prince father brother herr monsieur senor señor sheikh baron")
FEMALE_HONORIFICS = _words("mrs mrs. ms ms. miss lady dame queen princess sister mother madame madam frau mme baroness")

# Words that stand before a name and are no part of it.
HONORIFICS = MALE_HONORIFICS | FEMALE_HONORIFICS | _words("dr dr. prof prof. mx mx. rev rev. hon hon. st.")
TITLES = HONORIFICS | _words(
    """president vice-president premier chancellor minister secretary senator sen sen. sens. rep rep. reps.
    representative congressman congresswoman congressmember assemblyman assemblywoman assemblymember delegate
    governor gov gov. govs. mayor councillor councilor councilman councilwoman councilmember alderman
    commissioner ambassador envoy judge justice magistrate attorney lawyer prosecutor sheriff chief captain capt
    capt. commander cmdr. cmdr lieutenant lt lt. sergeant sgt sgt. corporal cpl. cpl private major maj maj.
    colonel col col. general gen gen. major-gen lt-col admiral adm adm. brigadier brig. marshal officer
    detective det. inspector insp. superintendent supt supt. constable pc director chairman chairwoman
    chairperson chair ceo cfo coo cto chief-executive executive manager head leader speaker spokesman
    spokeswoman spokesperson editor professor doctor bishop archbishop cardinal pope imam rabbi pastor ayatollah
    mullah emperor emir sultan crown duke duchess treasurer coach captain co-founder founder owner analyst
    economist engineer scientist researcher author actor actress singer activist candidate nominee deputy
    lawmaker mp mep msp md cllr cllr. baron comrade hajji u khun datuk tun tan-sri pandit shri smt. smt reporter
    journalist correspondent columnist historian psychologist epidemiologist firefighter adviser advisor aide
    whip nurse teacher farmer resident student developer administrator realtor pm premier-designate champion
    president-elect vice-chancellor attorney-general secretary-general undersecretary counsel counselor
    chairperson boss star rapper pilot qc"""
)
# Words that join a title to the rest of it: "Secretary of State Ines Roca".
TITLE_TAILS = _words(
    """state defense defence staff justice energy education labor labour commerce health treasury interior"""
)

PARTICLES = _words(
    "de da do dos das del della di du des d la le las los van von der den ter ten te zu zur bin bint "
    "ibn al el ul ud abu ap y e i af"
)
NAME_SUFFIXES = _words("jr jr. sr sr. ii iii iv")
CORPORATE = _words(
    """inc inc. corp corp. ltd ltd. llc plc co co. gmbh ag sa s.a. nv group holdings company corporation limited"""
)

ORG_WORDS = CORPORATE | _words(
    """academy ministry department university college school institute institution bank office council committee center centre
    centers centres
    board agency association federation union society court bureau house commission coalition party congress
    senate parliament assembly authority administration foundation trust fund hospital clinic church club team
    league cup police army navy force forces guard corps service services times post journal news gazette herald
    tribune guardian press media radio television tv network magazine daily weekly observer telegraph mail
    chronicle review today industries systems technologies technology airlines airways motors energy oil gas
    pharmaceuticals labs laboratory laboratories museum library observatory alliance initiative project campaign
    network organization organisation international global nations states group partners capital securities
    research records studios entertainment pictures software networks exchange chamber secretariat tribunal
    inspectorate ombudsman regulator watchdog taskforce embassy consulate kremlin pentagon white downing cabinet
    government republic kingdom republicans democrats conservatives teamsters workers airport railway rail
    transport transit water power electric customs enforcement command patrol savings associates act bill report
    study survey poll index census amendment constitution treaty agreement street avenue road river lake island
    mountain county city town district province region park square bridge airport port war day games olympics
    championship awards prize festival series film book protection operations security affairs insurance statistics"""
)
PLACES = _words(
    """america u.s. us usa u.k. uk britain england scotland wales ireland france germany italy spain portugal greece
    turkey russia ukraine poland hungary romania bulgaria serbia croatia austria switzerland belgium netherlands
    holland denmark norway sweden finland iceland estonia latvia lithuania belarus moldova georgia armenia
    azerbaijan kazakhstan uzbekistan iran iraq syria lebanon israel palestine jordan egypt libya tunisia algeria
    morocco sudan ethiopia eritrea somalia kenya uganda tanzania rwanda burundi congo nigeria ghana senegal mali
    niger chad cameroon angola zambia zimbabwe mozambique botswana namibia malawi madagascar afghanistan
    pakistan india nepal bhutan bangladesh myanmar burma thailand laos cambodia vietnam malaysia singapore
    indonesia philippines china taiwan japan korea mongolia australia zealand fiji canada mexico guatemala
    honduras nicaragua panama cuba haiti jamaica colombia venezuela ecuador peru bolivia chile argentina uruguay
    paraguay brazil yemen oman qatar bahrain kuwait emirates arabia europe asia africa eu e.u. un u.n. nato
    moscow beijing washington london paris berlin tokyo seoul pyongyang tehran kyiv kiev brussels ankara riyadh
    baghdad damascus kabul delhi islamabad cairo hong kong taliban hamas hezbollah isis islamic york texas
    california florida virginia ohio michigan nevada arizona iowa illinois pennsylvania"""
)
# Capitals that newspapers use for the government of their country.
CAPITALS = {
    "moscow": "russia", "beijing": "china", "paris": "france", "berlin": "germany", "tokyo": "japan",
    "seoul": "south korea", "pyongyang": "north korea", "tehran": "iran", "kyiv": "ukraine", "kiev": "ukraine",
    "ankara": "turkey", "riyadh": "saudi arabia", "baghdad": "iraq", "damascus": "syria", "kabul": "afghanistan",
    "delhi": "india", "islamabad": "pakistan", "cairo": "egypt", "london": "britain", "rome": "italy",
    "madrid": "spain", "athens": "greece", "warsaw": "poland", "budapest": "hungary", "havana": "cuba",
    "caracas": "venezuela", "kathmandu": "nepal", "jerusalem": "israel", "minsk": "belarus", "canberra": "australia",
    "ottawa": "canada", "dhaka": "bangladesh", "hanoi": "vietnam", "manila": "philippines", "bangkok": "thailand",
    "jakarta": "indonesia", "nairobi": "kenya", "lagos": "nigeria", "abuja": "nigeria", "doha": "qatar",
    "vienna": "austria", "stockholm": "sweden", "oslo": "norway", "helsinki": "finland", "dublin": "ireland",
    "lisbon": "portugal", "belgrade": "serbia", "bucharest": "romania", "prague": "czech republic",
}  # fmt: skip
MONTHS_DAYS = _words(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday christmas easter ramadan"""
)
# Words after "New" in the name of a place or outlet.
NEW_PLACES = _words(
    """york zealand delhi jersey mexico orleans hampshire england south haven caledonia brunswick scientist republic
    forest testament yorker yorkers zealander zealanders"""
)
# Capitalised at the start of a sentence, never a name on their own.
COMMON_STARTS = _words(
    """a an the this that these those he she they it i we you his her their its our my your who what when where why how
    which but and or so yet for nor if as at by in on of to from with without after before since until while
    although though because however meanwhile moreover instead still also then there here now not no yes all
    some many most more both each every one two three four five six seven eight nine ten another other others
    such than once even just only later earlier today yesterday tomorrow according asked speaking under over
    about against among between during through into out up down off again further perhaps maybe indeed well oh
    ok please let do does did is are was were be been has have had will would can could should may might must
    shall q a: says said last next first second third former new people officials police critics experts
    residents sources authorities protesters supporters opponents researchers scientists analysts reports
    studies documents neither either none nobody everyone anyone someone something nothing everything whether
    despite besides sometimes often never always recently finally currently previously additionally furthermore
    nonetheless nevertheless like unlike otherwise likewise amid upon along following given based"""
)

MASCULINE_NOUNS = _words(
    """man boy father son brother husband grandfather uncle nephew king prince spokesman congressman chairman
    councilman actor businessman policeman fisherman salesman gentleman boyfriend widower alderman assemblyman
    waiter"""
)
FEMININE_NOUNS = _words(
    """woman girl mother daughter sister wife grandmother aunt niece queen princess spokeswoman congresswoman
    chairwoman councilwoman actress businesswoman policewoman saleswoman lady girlfriend widow nun fiancée
    assemblywoman waitress housewife"""
)

SPOKES_NOUNS = _words(
    """spokesman spokeswoman spokesperson spokespeople spokespersons spokesmen spokeswomen representative
    representatives publicist publicists lawyer lawyers attorney attorneys counsel solicitor solicitors
    barrister"""
)
CORE_SPOKES = _words(
    """spokesman spokeswoman spokesperson spokespeople spokespersons spokesmen spokeswomen publicist publicists"""
)
ORG_NOUNS = _words(
    """company firm agency ministry institute university union department group organization organisation newspaper
    paper magazine network station channel broadcaster party council committee commission court bank government
    administration team club board office foundation association regulator coalition campaign corporation
    manufacturer automaker airline carrier retailer utility operator charity nonprofit body watchdog panel jury
    parliament senate house congress cabinet embassy hospital school college district county city state town
    municipality police military army navy force forces authority authorities prosecution inspectorate publisher
    label studio league federation society trust fund church palace startup start-up developer maker giant chain
    lender insurer producer brewer outlet site website service bureau centre center museum militia junta regime
    kremlin command"""
)
MEDIA_NOUNS = _words(
    """newspaper paper magazine network station channel broadcaster outlet tabloid daily weekly site website media
    press agency agencies"""
)
MEDIA_NAMES = _words(
    """reuters ap afp bbc cnn nbc abc cbs fox npr bloomberg xinhua tass interfax dpa ansa kyodo yonhap anadolu axios
    politico buzzfeed forbes nytimes cnbc msnbc itv cbc rt aljazeera jazeera al-jazeera wsj propublica guardian
    vox techcrunch haaretz yedioth maariv ynet ynetnews tasnim irna isna efe pti antara bernama kcna nhk kbs cctv cgtn zdf ard orf
    svt nrk yle rtve televisa telesur univision telemundo meduza kommersant izvestia vedomosti spiegel figaro mediapart
    repubblica corriere vanguardia clarín clarin folha asahi yomiuri mainichi nikkei chosun joongang hankyoreh caixin
    hurriyet hürriyet newsmax breitbart gizmodo engadget mashable semafor tmz espn newsweek ndtv pbs coindesk cointelegraph
    mediaite rferl voa al-arabiya al-mayadeen al-manar"""
)
# Last words of the names of news organisations.
MEDIA_WORDS = _words(
    """times post journal news gazette herald tribune guardian press radio magazine daily weekly observer telegraph
    mail chronicle reporter examiner dispatch sun mirror globe inquirer independent standard beast
    review-journal courier spokesman-review news-tribune tv television"""
)
# Names of news organisations that are one common word behind "the".
MEDIA_TITLES = _words(
    """atlantic economist intercept wrap independent journal times post guardian mirror globe athletic verge spectator scotsman
    observer telegraph tribune herald gazette chronicle courier examiner inquirer standard"""
)
DOCUMENT_NOUNS = _words(
    """report reports study studies survey surveys poll polls census statement statements document documents filing
    filings lawsuit lawsuits complaint affidavit indictment memo memos letter letters email emails e-mail
    e-mails data figures statistics records record analysis review paper law bill act ruling order transcript
    transcripts footage video videos images photos photographs audio recording recordings pictures tests test
    results findings research evidence dataset index article articles book documentary website legislation
    regulations guidelines rules notice petition resolution resolutions agreement contract audit assessment
    estimate estimates projections forecast forecasts brochure manual guidebook guidebooks press-release release
    papers logs log message messages post posts tweet tweets thread testimony text texts verdict judgment
    inquiry inquest investigation simulation simulations graphic notification manifesto charter constitution
    treaty numbers legend proposal outlook measure provision clause section chart map dossier bulletin advisory
    communique communiqué draft drafts guidance notes note submission submissions announcement announcements update updates
    sign signs modelling modeling presentation presentations notification notifications solicitation memorandum memorandums
    disclosure disclosures prospectus minutes readout editorial editorials op-ed column essay dissent injunction motion suit
    deposition subpoena warrant warrants decree edict directive circular amendment ordinance statute code budget plan policy
    strategy roadmap ranking rankings barometer tracker caption captions plaque leaflet leaflets flyer pamphlet billboard
    screenshot screenshots clip clips voicemail tape tapes podcast memoir autobiography biography diary blog newsletter
    advert advertisement"""
)
GENERIC_PLURALS = _words(
    """critics experts analysts observers users supporters opponents many some others people protesters activists
    campaigners advocates scientists researchers economists historians scholars academics residents locals
    voters investors traders lawyers doctors environmentalists conservationists ecologists conservatives
    liberals democrats republicans centrists skeptics sceptics commentators proponents detractors demonstrators
    parents teachers workers fans players farmers environmentalist followers pundits economist lobbyists
    insiders businesses consumers customers readers viewers netizens commenters believers most several few
    americans europeans settlers citizens academics psychologists ethicists villagers neighbors neighbours
    students employees politicians lawmakers leaders groups companies countries"""
)
GROUP_PLURALS = _words(
    """officials aides sources people diplomats insiders witnesses employees executives advisers advisors lawmakers
    investigators relatives friends colleagues staffers members agents officers soldiers survivors passengers
    guests neighbors neighbours detectives loggers bosses associates allies ministers negotiators commanders
    doctors nurses lawyers police residents bystanders onlookers volunteers organizers organisers legislators
    congressmen senators women men children students teachers workers villagers politicians eyewitnesses occupants panelists
    crowd families neighbours"""
)
PERSON_NOUNS = (
    MASCULINE_NOUNS
    | FEMININE_NOUNS
    | _words(
        """official aide source person diplomat insider witness employee executive adviser advisor lawmaker investigator
    relative friend colleague staffer member agent officer soldier survivor passenger neighbor neighbour
    detective auditor negotiator clerk minister president governor mayor senator judge prosecutor professor
    researcher scientist analyst economist expert author doctor nurse teacher student worker resident driver
    owner founder co-founder chief head leader director manager chairman chair ceo engineer lawyer attorney
    activist protester campaigner critic user fan player coach captain singer actor star journalist reporter
    editor critic historian farmer pilot bishop priest pastor pope king queen prince princess commander general
    colonel ambassador envoy secretary candidate nominee premier chancellor commissioner councillor treasurer
    dispatcher victim patient parent uncle aunt cousin mechanic customer shopper mp congressman speaker
    superintendent sheriff contractor developer specialist consultant partner physician psychologist supervisor
    deputy voter supporter opponent cleric imam photographer artist writer producer entrepreneur recipient
    master operator whistleblower veteran teen teenager youth economist bystander onlooker caller reader
    commenter employee logger legislator justice lady boss trader investor banker referee trustee
    academic eyewitness someone somebody occupant scholar lecturer pensioner tenant refugee migrant nominee panelist
    republican democrat conservative shareholder stakeholder subordinate superior classmate roommate ex-friend
    sibling expatriate expat villager settler loyalist"""
    )
)
# Words that one article uses for the same item.
ITEM_FAMILIES = tuple(
    _words(family)
    for family in (
        "study research paper analysis modelling modeling",
        "report review assessment audit",
        "poll survey census",
        "law bill act legislation measure",
        "indictment complaint affidavit lawsuit filing",
    )
)
STUDY_AUTHORS = _words("researchers authors scientists pollsters auditors")  # voices of an item
# Nouns that end like those for persons and are none.
THINGS = _words(
    """paper newspaper letter number order matter center tower server computer ledger border chapter tracker folder
    header newsletter register december september november october summer winter garden burden tender reminder
    calendar sector factor vector motor reactor tractor monitor bumper cover river fever amber chamber timber rubber
    cancer tiger danger hunger trigger merger other another banner dinner corner manner poster sticker laser browser
    router carrier barrier frontier pier tier career list twist mist latter former summer number ladder thunder"""
)
OFFICIALS = _words("officials authorities officers")  # as a body; one official on record stays unnamed
# Posts that only one person holds at a time, given the body or place.
UNIQUE_ROLES = _words(
    """president premier chancellor minister governor mayor judge king queen pope sheriff ombudsman speaker
    commissioner coroner chairman chairwoman chair ceo director head chief leader owner founder mother father
    wife husband son daughter editor superintendent treasurer master ambassador administrator prosecutor
    secretary general magistrate architect"""
)
# Words that tell one office from another: prime minister, foreign minister.
OFFICE_WORDS = _words(
    "prime foreign finance home economy health defense defence vice deputy interior justice education general police"
)
OFFICIAL_BODIES = _words(
    """police prosecutors prosecution authorities investigators detectives enforcement firefighters military army
    jurors justices"""
)

# Bodies that an article names in full once and bare later.
BARE_BODIES = _words("police prosecutors government military army media ministry council court")
# Bodies whose name says what they are: "the police" is no body without the word in its name, nor an acronym.
SELF_NAMED = _words(
    "police government military army navy ministry court parliament senate congress university party church"
)
COMPANY_NOUNS = _words(
    "company firm giant automaker carmaker maker retailer utility airline manufacturer startup bank brokerage insurer"
)

DEFINITES = _words("the this that these those his her their its")
INDEFINITES = _words(
    """a an one another some any two three four five six seven eight nine ten several many most few both other"""
)
NUMBER_WORDS = {"one": 1, "a": 1, "an": 1, "another": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5} | {
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12
}  # fmt: skip

SINGULAR_PRONOUNS = {
    "he": "m",
    "him": "m",
    "his": "m",
    "himself": "m",
    "she": "f",
    "her": "f",
    "hers": "f",
    "herself": "f",
}
PLURAL_PRONOUNS = _words("they them their themselves both some others")
THING_PRONOUNS = _words("it its itself")
SELF_PRONOUNS = _words("i we me us my our")
RELATIVE_PRONOUNS = _words("who which that whom whose")
PRONOUNS = frozenset(SINGULAR_PRONOUNS) | PLURAL_PRONOUNS | THING_PRONOUNS | SELF_PRONOUNS | RELATIVE_PRONOUNS

# Capitalised words that stand before a name and are no part of it, nor a name themselves.
MODIFIERS = _words(
    """senior former top acting late ex new interim outgoing incoming future fellow veteran then-president then
    longtime retired assistant vice associate junior lead world local regional republican-led democratic-led mr
    ms considering hundreds thousands"""
)
ADJECTIVES = _words(
    """american mexican cuban african korean german roman european tibetan libyan kenyan ugandan rwandan jamaican
    dominican moroccan texan alaskan chilean venezuelan guatemalan honduran nicaraguan paraguayan uruguayan
    samoan angolan anglican lutheran hispanic nordic baltic olympic slavic arabic democratic republican
    conservative labour liberal saudi iraqi israeli pakistani afghan greek dutch french british swiss thai
    kuwaiti qatari omani emirati yemeni bangladeshi nepali english irish welsh scottish muslim jewish christian
    catholic islamist kurdish arab western eastern northern southern grammy-winning houthi filipino
    congressional presidential"""
)
# Bodies whose common noun is their name.
OWN_NAMES = _words("congress parliament senate house cabinet kremlin pentagon downing white church army navy")
