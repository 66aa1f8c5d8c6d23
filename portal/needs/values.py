"""Plain values of needs."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.text import N_


class ServiceField(Labelled):
    """Fields of service in which needs, resources and ideas are counted and matched."""

    ELDERLY = "elderly", N_("Services for the elderly")
    CHILDREN = "children", N_("Care for children and young people")
    DISABILITY = "disability", N_("Help for people with disabilities and in hardship")
    MENTAL_HEALTH = "mental_health", N_("Mental health")
    CORRECTIONS = "corrections", N_("Community corrections and drug rehabilitation")
    LEGAL_AID = "legal_aid", N_("Legal aid and mediation")
    EDUCATION = "education", N_("Education and training")
    CULTURE = "culture", N_("Arts, culture and sports")
    ENVIRONMENT = "environment", N_("Neighbourhood environment and repairs")
    CONVENIENCE = "convenience", N_("Everyday services")
    VOLUNTEERING = "volunteering", N_("Volunteering and self-governance")
    NEWCOMERS = "newcomers", N_("Integration of newcomers")
    OTHER = "other", N_("Other")


class NeedChannel(Labelled):
    """How an opinion reached the community."""

    ONLINE = "online", N_("Handed in online")
    GOLDEN_IDEA = "golden_idea", N_("Golden-idea call")
    EVENING_TALK = "evening_talk", N_("Evening talk with residents")
    BENCH_COUNCIL = "bench_council", N_("Courtyard bench council")
    RESIDENTS_COUNCIL = "residents_council", N_("Residents' council")
    HOME_VISIT = "home_visit", N_("Home visit")
    TELEPHONE = "telephone", N_("Telephone call")
    PAPER = "paper", N_("Paper form")
    HOTLINE = "hotline", N_("Government hotline")


TYPED_IN = frozenset(NeedChannel) - {NeedChannel.ONLINE}


class NeedStatus(Labelled):
    RECEIVED = "received", N_("Under consideration"), "progress"
    ACCEPTED = "accepted", N_("Taken up"), "good"
    ELSEWHERE = "elsewhere", N_("Handled otherwise"), "neutral"
    DECLINED = "declined", N_("Not taken up"), "warn"
    MERGED = "merged", N_("Merged with another"), "neutral"


ANSWERED = (NeedStatus.ACCEPTED, NeedStatus.ELSEWHERE, NeedStatus.DECLINED)


class Urgency(Labelled):
    """How soon something has to happen; the place in the list is its weight."""

    LATER = "1", N_("Can wait")
    YEAR = "2", N_("Within the year")
    QUARTER = "3", N_("Within three months")
    MONTH = "4", N_("Within a month")
    NOW = "5", N_("At once: danger to people or homes")


class Breadth(Labelled):
    """How many people a need concerns; the place in the list is its weight."""

    HOUSEHOLD = "1", N_("One household")
    BUILDING = "2", N_("A building or a courtyard")
    GRID = "3", N_("A grid")
    COMMUNITY = "4", N_("The whole community")
    STREET = "5", N_("Several communities")


@dataclass(frozen=True)
class Opinion:
    """One need as a round of collection brought it up, with how many people said so."""

    text: str
    field: ServiceField
    grid: str = ""
    count: int = 1


@dataclass(frozen=True)
class Round:
    """A round of collection: where, how and when people were asked, and how many took part at how many sites."""

    unit_id: UUID
    channel: NeedChannel
    title: str
    held_on: date
    participants: int
    sites: int
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True)
class Contact:
    """How a resident can be reached, if the resident wants to be; never public."""

    name: str = ""
    phone: str = ""


# --- ideas


class ProjectKind(Labelled):
    """Kinds of projects; they are scored and accepted differently."""

    SERVICE = "service", N_("Service project")
    ENGINEERING = "engineering", N_("Engineering project")
    NEIGHBOURHOOD = "neighbourhood", N_("Neighbourhood project")


class IdeaStatus(Labelled):
    """Where an idea stands on the way of 一征三议两公开 and of the joint deliberation by the district."""

    PROPOSED = "proposed", N_("Proposed"), "neutral"
    SOLICITED = "solicited", N_("Opinions collected"), "progress"
    DISCUSSED = "discussed", N_("Residents agreed"), "progress"
    ASSESSED = "assessed", N_("Community agreed"), "progress"
    REVIEWED = "reviewed", N_("Street agreed"), "progress"
    ANNOUNCED = "announced", N_("Decision in public notice"), "progress"
    AGREED = "agreed", N_("District agreed"), "progress"
    RESERVED = "reserved", N_("In the reserve library"), "good"
    REJECTED = "rejected", N_("Not agreed"), "bad"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral"


class Stage(Labelled):
    """The steps of an idea in their order: one solicitation, three deliberations, two publications, the district between."""

    SOLICIT = "solicit", N_("Collect opinions")
    RESIDENTS = "residents", N_("Residents deliberate")
    COMMUNITY = "community", N_("Community comments")
    STREET = "street", N_("Street reviews")
    DECISION = "announce", N_("Publish the decision")
    DISTRICT = "district", N_("District deliberates jointly")
    RESULT = "publish", N_("Publish the result")


DELIBERATIONS = frozenset({Stage.RESIDENTS, Stage.COMMUNITY, Stage.STREET, Stage.DISTRICT})
PUBLICATIONS = frozenset({Stage.DECISION, Stage.RESULT})
PUBLIC_IDEAS = (IdeaStatus.ANNOUNCED, IdeaStatus.AGREED, IdeaStatus.RESERVED)


class StepResult(Labelled):
    PASSED = "passed", N_("Agreed"), "good"
    RETURNED = "returned", N_("Sent back to be changed"), "warn"
    REJECTED = "rejected", N_("Not agreed"), "bad"


@dataclass(frozen=True)
class Sitting:
    """What one step of an idea recorded: result, day, how many were there and how many agreed, what was said."""

    result: StepResult
    held_on: date
    present: int
    in_favour: int
    note: str = ""


@dataclass(frozen=True)
class StageSeat:
    """A stage together with the unit that answers for it: community, street or district."""

    stage: Stage
    unit_id: UUID


@dataclass(frozen=True)
class Plan:
    """What an idea says about itself; the estimate in fen."""

    title: str
    summary: str
    field: ServiceField
    kind: ProjectKind
    estimate_fen: int


# --- resources


class ResourceKind(Labelled):
    VENUE = "venue", N_("Venue")
    PEOPLE = "people", N_("People and skills")
    MONEY = "money", N_("Money")
    GOODS = "goods", N_("Goods and equipment")


class ResourceStatus(Labelled):
    OFFERED = "offered", N_("Offered"), "good"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral"


@dataclass(frozen=True)
class Spot:
    """A field and a place (path of the unit) of a need, a resource or an idea; no field fits every field."""

    field: ServiceField | None
    path: str


# --- small tasks


class TaskStatus(Labelled):
    OPEN = "open", N_("Open for helpers"), "progress"
    CLOSED = "closed", N_("Finished"), "good"
    CANCELLED = "cancelled", N_("Cancelled"), "neutral"


class ClaimStatus(Labelled):
    CLAIMED = "claimed", N_("Claimed"), "progress"
    DONE = "done", N_("Done"), "good"
    NOT_DONE = "not_done", N_("Not done"), "warn"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral"


@dataclass(frozen=True)
class Job:
    """What a small task asks for: how many helpers, until when, and whom they call."""

    title: str
    description: str
    field: ServiceField
    places: int
    due_on: date
    contact: str
