"""The sample exports: made-up worlds, written as the platforms would hand them out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from communitylab.comments import plant_page
from communitylab.errors import CallError
from communitylab.forum import SHOWN, plant_forum
from communitylab.handouts import follower_list, pages, time_of
from communitylab.plans import Chat, Group, Place, Plan, Script, Topic
from communitylab.printouts import comment_pages, forum_topics
from communitylab.stories import Story, tell
from communitylab.tables import Post

__all__ = ["BAKERY", "FORUM", "HELPDESK", "PAGE", "write_samples"]

_SEED = 2
_FOUND_TWICE = 25
_EDITED_AFTER = timedelta(minutes=4)

_SHOP = (
    Topic(
        "sourdough", ("country sourdough", "sourdough rolls", "crusty loaves", "long proofs", "open crumb")
    ),
    Topic("cakes", ("carrot cake", "plum cake", "lemon slices", "birthday cakes", "cheesecake")),
    Topic(
        "gluten-free",
        ("gluten-free bread", "buckwheat rolls", "almond biscuits", "rice flour", "teff loaves"),
    ),
    Topic(
        "opening hours",
        ("Sunday opening", "early opening", "holiday hours", "late pick-up", "queues at eight"),
    ),
    Topic(
        "oven trouble", ("burnt bottoms", "pale crusts", "uneven ovens", "baking stones", "too little steam")
    ),
    Topic("coffee", ("filter coffee", "oat milk", "espresso beans", "flat whites", "coffee to take away")),
)
_STARTERS = Topic(
    "starters",
    ("sluggish starters", "rye levain", "discard crackers", "float tests", "feeding rhythms"),
    hashtag="crumbchat",
)
_PIZZA = Topic(
    "pizza",
    ("pizza nights", "cold-proofed dough", "wood-fired ovens", "tomato sauce", "semolina on the peel"),
    hashtag="pizzanight",
)
_LAYERS = Topic(
    "wedding cakes",
    ("wedding cakes", "buttercream roses", "sugar flowers", "piping bags", "tall tiers"),
    hashtag="weddingcake",
)
_CROISSANTS = Topic(
    "croissants",
    ("croissant folds", "butter blocks", "lamination", "pain au chocolat", "brioche"),
    hashtag="buttersunday",
)
_TEA = Topic("tea", ("black tea", "scones", "clotted cream", "shortbread", "teapots"), hashtag="creamtea")

_BAKERY_SCRIPT = Script(
    announce=("Today in the bakery: {thing}.", "Today we talk about {thing}. What do you think?",
              "The subject of the week: {thing}.", "A word on {thing}, because so many of you asked.",
              "Our bakers have views on {thing}."),
    ask=("Any advice on {thing}?", "What do you do about {thing}?", "How do you handle {thing}?",
         "I have a question about {thing}.", "Could you say more about {thing}?", "Who do I ask about {thing}?"),
    answer=("Thank you for asking about {thing}. Ask us at the counter.", "For {thing} we would allow another day.",
            "We hear you on {thing}.", "We keep a note on {thing} by the till.",
            "Good question. With {thing} patience helps most."),
    thank=("Thank you, that helps.", "Perfect, see you on Saturday.", "That was quick, thanks.", "Good to know."),
    plain=("Thinking about {thing} again.", "A quiet morning with {thing}.", "{Thing} for the neighbours today.",
           "My week in two words: {thing}.", "Never trust a recipe for {thing}."),
    remark=("How did it go with {thing}?", "I thought of you because of {thing}.", "Have you tried {thing} since?",
            "Look at this: {thing}, finally.", "You were right about {thing}.", "Shall we compare {thing} on Sunday?"),
    reply=("With {thing} I had the same.", "It was all about {thing} here.", "{Thing}, every time.",
           "Not so sure about {thing}.", "I would start with {thing}.", "That explains {thing}.",
           "We love {thing} in this house."),
    outside=("Compared notes on {thing} with {a}.", "{a} sees {thing} quite differently.",
             "Heard {a} talk about {thing} today."),
    close=("", "", "", "", "", "", "Just saying.", "So good.", "Anyone else?", "Happy baking.", "Still learning.",
           "#homebaking"),
    beside=("{a} shall we meet at {b} for {thing}?", "{a} they have {thing} at {b} this week.",
            "{a} ask {b} about {thing}, they know."),
    question=("Q: what is your rule for {thing}?", "Next question: who taught you about {thing}?",
              "And now: your worst day with {thing}?"),
    introduce=("{a}, meet {b}: you both wrote to us about {thing}.",
               "{a} and {b}, the two of you should compare notes on {thing}."),
    follow_up=("Just saw your post about {thing}. Lovely.", "Found you by way of the bakery. More on {thing}, please."),
    forum=("The longest thread of the week on our forum is about {thing}:", "On the forum: all about {thing}."),
    title=("{Thing}: how do you do it?", "Everything about {thing}", "Your best advice on {thing}",
           "{Thing}, good days and bad days", "What nobody tells you about {thing}"),
    welcome=("Welcome to the forum of {thing}", "Be kind, stay with the subject, and say what you have tried."),
    lounge=("What came out of your oven today? 🥐", "Loaves, rolls, failures: everything goes here."),
    cheer=("", "", "", "", "", "", "", "", "", "Just saying.", "So good. 🥐", "Anyone else?", "Happy baking. 🍞",
           "Still learning. 😀", "Greetings to the Bäckerstraße."),
    same_person=("I am {a} on X, by the way.", "You know me as {a} over there.", "That was me on X: {a}."),
)  # fmt: skip

BAKERY = Plan(
    brand="millandcrumb",
    title="Mill & Crumb",
    start=date(2025, 1, 6),
    weeks=30,
    followers=600,
    silent=0.28,
    topics=_SHOP,
    script=_BAKERY_SCRIPT,
    to_brand=0.25,
    tail=0.9,
    late=0.15,
    announcements=5,
    answered=0.1,
    plain=6,
    by_chance=(10, 26),
    outside=3,
    outsiders=12,
    reposts=5,
    couples=3,
    groups=(
        Group(_STARTERS, 9, 10, 0.3),
        Group(_CROISSANTS, 8, 11, 0.3, until=22),
        Group(_LAYERS, 6, 12, 0.3),
        Group(_TEA, 6, 13, 0.2, meets=20),
        Group(_PIZZA, 8, 17, 0.3),
    ),
    talks=0.43,
    replied=0.8,
    chat=Chat("crumbchat", 10, 2, 18, "Europe/Berlin", 26, 0.5, 0.4),
    introductions=1,
    introductions_from=6,
    takes=0.3,
    brand_reposts=2,
    noticed=0.5,
    forum="https://forum.millandcrumb.example/t/",
    elsewhere=0.15,
)

_ROLLS = Topic("rolls", ("Brötchen", "Laugenbrötchen", "Kümmelstangen", "Mohnhörnchen", "poppy seed rolls"))
_TINS = Topic("tin cakes", ("Käsekuchen", "Gugelhupf", "Möhrenkuchen", "plum crumble", "springform tins"))
_GRAINS = Topic("porridges", ("oat porridge", "soaked grains", "Müsli bread", "barley malt", "scalded rye"))

FORUM = Place(
    name="forum",
    only_there=14,
    openings=3,
    visits=0.4,
    to_peers=0.45,
    helped=0.25,
    answered=0.35,
    thanked=0.8,
    groups=(Group(_ROLLS, 6, 0, 0.6), Group(_TINS, 6, 3, 0.6), Group(_GRAINS, 6, 6, 0.6)),
    contacts=2,
    talks=0.25,
    replied=0.85,
)
PAGE = Place(
    name="facebook",
    only_there=14,
    openings=40,
    visits=1.1,
    to_peers=0.25,
    helped=0.0,
    answered=0.15,
    thanked=0.25,
    topics=(_ROLLS, _TINS),
    told=8,
    authorless=4,
)

_PARCELS = (
    Topic("delivery", ("late deliveries", "missed deliveries", "delivery slots", "a parcel left outside")),
    Topic("tracking", ("tracking numbers", "tracking that stands still", "status messages", "a lost parcel")),
    Topic("returns", ("return labels", "refunds", "a damaged box", "collection from home")),
    Topic("lockers", ("parcel lockers", "pick-up codes", "a full locker", "locker opening hours")),
)
_HELPDESK_SCRIPT = Script(
    announce=("News about {thing} on our help page.", "Please allow two more days this week for {thing}.",
              "We are working on {thing}.", "Questions about {thing}? Ask us here."),
    ask=("I need help with {thing}.", "Who can tell me about {thing}?", "Third day of waiting because of {thing}.",
         "What is going on with {thing}?", "Is there news on {thing}?"),
    answer=("Sorry to hear about {thing}. Please send us the number.", "We have looked into {thing}: tomorrow by noon.",
            "For {thing} please use the form on our help page.", "Thank you for waiting. We are checking {thing}."),
    thank=("Thank you, it arrived.", "Done, thanks.", "Still waiting.", "That worked."),
    plain=("Another week, another story about {thing} #parcelhare", "Day five with {thing} #parcelhare",
           "{Thing} solved at last #parcelhare"),
    remark=("Did you hear back about {thing}?", "Same here with {thing}.", "This is about {thing} again."),
    reply=("Same here with {thing}.", "What about {thing}?", "And {thing}?", "This does not help with {thing}.",
           "{Thing} again, really?"),
    outside=("{a} had no trouble with {thing}.", "Told {a} about {thing}."),
    close=("", "", "", "", "Please help.", "Thanks.", "Any idea?", "Not happy.", "It is urgent."),
)  # fmt: skip

HELPDESK = Plan(
    brand="parcelhare",
    title="Parcel Hare",
    start=date(2025, 3, 3),
    weeks=9,
    followers=180,
    silent=0.0,
    topics=_PARCELS,
    script=_HELPDESK_SCRIPT,
    to_brand=0.35,
    tail=0.8,
    late=0.5,
    announcements=2,
    answered=0.6,
    plain=7,
    by_chance=(5, 5),
    outside=2,
    outsiders=8,
    reposts=3,
)


_TOLD = {
    "bakery": (
        "mixed",
        "a circle inside an audience",
        "Mostly an audience, with a small circle growing inside it: five groups form one after the other, each with a "
        "topic and a hashtag of its own. One is born with the brand's weekly chat, two become one, one falls silent, "
        "the last is new. Introductions and reposts by the brand go along with it.",
    ),
    "helpdesk": (
        "audience",
        None,
        "Customers ask and the brand answers. What they say to one another goes to whoever wrote last.",
    ),
    "own_archive": (
        "not identifiable",
        None,
        "The brand's own posts of the bakery and nobody else's: the followers are the same, and cannot be seen.",
    ),
    "forum": (
        "community",
        None,
        "The forum of the bakery: visitors come by, ask and are helped, and three small groups of regulars talk with "
        "one another from week to week. Some of both are on X as well.",
    ),
    "page": (
        "insufficient",
        None,
        "The page of the bakery: the brand posts, people comment for a few weeks, and few answer one another. A "
        "comment below a post answers nobody in particular: counted as answers to the page, they show an audience.",
    ),
}
"""The verdict each sample should get, its kind, and what was planted, in words."""


def write_samples(folder: str | Path) -> list[Path]:
    """Writes the sample exports and what was planted in them.

    Parameters
    ----------
    folder
        Where to; made if it is not there. Files of the same names are replaced.

    Returns
    -------
    list of Path
        The files, in order.

    Raises
    ------
    CallError
        If the folder cannot be written.
    """
    written = []
    for name, content in _samples().items():
        path = Path(folder) / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        except OSError as error:
            raise CallError(f"{path}: cannot be written ({error.strerror}). Choose another folder.") from None
        written.append(path)
    return written


def _samples(*, seed: int = _SEED) -> dict[str, str]:
    """The content of every file by its name."""
    bakery, helpdesk = tell(BAKERY, seed=seed), tell(HELPDESK, seed=seed)
    versions = _with_an_edit(bakery.posts)
    own = [post for post in bakery.posts if post.author_name == BAKERY.brand]
    # Two searches, for the hashtag and for the words of baking, find the chats twice.
    again = [post for post in versions if "crumbchat" in (post.hashtags or ())][-_FOUND_TWICE:]
    return {
        "bakery/posts.jsonl": pages(versions, bakery) + pages(again, bakery),
        "bakery/followers.csv": follower_list(bakery),
        "bakery/truth.json": _truth(
            "bakery", bakery.truth, BAKERY, posts=len(bakery.posts), edited=1, duplicates=len(again)
        ),
        "helpdesk/posts.jsonl": pages(helpdesk.posts, helpdesk),
        "helpdesk/truth.json": _truth("helpdesk", helpdesk.truth, HELPDESK, posts=len(helpdesk.posts)),
        "own_archive/posts.jsonl": pages(own, bakery),
        "own_archive/truth.json": _truth("own_archive", {"seed": seed}, BAKERY, posts=len(own)),
        **_elsewhere(bakery, seed=seed),
    }


def _elsewhere(bakery: Story, *, seed: int) -> dict[str, str]:
    """The bakery's forum and page, where some of its followers write as well."""
    forum = plant_forum(BAKERY, bakery, place=FORUM, seed=seed)
    page = plant_page(BAKERY, bakery, place=PAGE, seed=seed)
    shown = [one for thread in forum.threads for one in thread.said[:SHOWN]]
    by_staff = sum(one.is_by_staff for one in shown)
    comments = sum(len(thread.said) - 1 for thread in page.threads)
    on_forum = {"topics": len(forum.threads), "posts": len(shown) - by_staff, "small_actions": by_staff}
    on_page = {"posts": len(page.threads), "comments": comments}
    return {
        **{f"forum/topics/{name}": content for name, content in forum_topics(forum).items()},
        "forum/truth.json": _truth("forum", {"seed": seed, **forum.truth}, FORUM, **on_forum),
        "page/posts.json": comment_pages(page),
        "page/truth.json": _truth("page", {"seed": seed, **page.truth}, PAGE, **on_page),
    }


def _with_an_edit(posts: Sequence[Post]) -> list[Post]:
    """The posts; the first by a follower that names nobody was sent too early and then edited."""
    plain = (
        post for post in posts if post.kind == "post" and not (post.mentions or post.links or post.hashtags)
    )
    first = next(post for post in plain if post.author_name != BAKERY.brand)
    words = str(first.text).split()
    earlier = first._replace(text=f"{' '.join(words[: len(words) // 2])}…", edit_of=first.post_id)
    later = first._replace(
        post_id=str(int(str(first.post_id)) + (_EDITED_AFTER.seconds * 1000 << 22)),
        created_at=time_of(first) + _EDITED_AFTER,
        edit_of=first.post_id,
    )
    versions = [earlier if post is first else post for post in posts] + [later]
    return sorted(versions, key=lambda post: (time_of(post), str(post.post_id)))


def _truth(sample: str, planted: Mapping[str, Any], plan: Plan | Place, **export: int) -> str:
    """The truth of a sample as JSON: the verdict it should get, the plan, and who is what."""
    label, kind, told = _TOLD[sample]
    planned = asdict(plan)
    if isinstance(plan, Plan):
        del planned["script"]
        planned["start"] = plan.start.isoformat()
    planned["topics"] = [topic.name for topic in plan.topics]
    planned["groups"] = [{**asdict(group), "topic": group.topic.name} for group in plan.groups]
    content = {"label": label, "kind": kind, "told": told, "export": export, **planted, "plan": planned}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
