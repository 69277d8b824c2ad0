"""Who talks to whom: the counting rules, one by one."""

import itertools
import random
from datetime import timedelta

import pytest
from conftest import MONDAY, said, told

from communitylab.tables import Edge, Mention, Name, Parent, Post

MOMENT = MONDAY + timedelta(hours=10, seconds=7)

# --- Rule 1: a reply is one act, to the author of the post answered.


@told(
    [said("bo", "1"), said("ana", "2", "@bo hi, @bo!", kind="reply", reply_to_post_id="1", reply_to_id="bo")]
)
def test_reply_is_one_act_and_naming_whom_it_answers_is_none(counted):
    assert counted.acts == ["ana reply bo"]


@told([said("bo", "1"), said("ana", "2", "@bo hi", kind="reply", reply_to_post_id="1")])
def test_reply_finds_its_target_by_the_post_answered(counted):
    assert counted.acts == ["ana reply bo (joined)"]


@told(
    [
        said("bo", "1"),
        said(
            "ana",
            "2",
            "@Robert hi",
            kind="reply",
            reply_to_post_id="1",
            mentions=[Mention(None, "Robert", 0)],
        ),
    ],
    names=[Name("x", "bo", "robert", None, MONDAY)],
)
def test_reply_that_names_whom_it_answers_by_an_old_name_is_one_act(counted):
    assert counted.acts == ["ana reply bo (joined)"]


@told([said("ana", "2", kind="reply", reply_to_post_id="9", reply_to_id="bo")])
def test_reply_to_a_post_outside_the_export_goes_to_the_account_named(counted):
    assert counted.acts == ["ana reply bo"]


_GUESS = said("ana", "2", kind="reply", reply_to_post_id="1", reply_to_id="cy", reply_to_guessed=True)


@told([said("bo", "1"), _GUESS])
def test_guessed_account_gives_way_to_the_author_of_the_post_answered(counted):
    assert counted.acts == ["ana reply bo (joined)"]


@told([_GUESS])
def test_guessed_account_stands_where_nothing_better_is_known(counted):
    assert counted.acts == ["ana reply cy"]


# --- Rule 2: names that the platform carried over to the head of a reply.

_HEADS = {
    "@bo @cy hi": "ana mention cy (carried)",
    "@bo @cy": "ana mention cy (carried)",
    "  @bo  @cy hi": "ana mention cy (carried)",
    "@cy @bo hi": "ana mention cy (carried)",
    "@bo @cy hi, is @cy there?": "ana mention cy (carried)",  # both: the reference figures say carried
    "@bo.b @cy@rye.example @cy hi": "ana mention cy (carried)",
    "@bo hi @cy": "ana mention cy",
    "@bo, @cy says": "ana mention cy",
    "@bo @cy, I think": "ana mention cy",
    ".@bo @cy hi": "ana mention cy",
}


@told([said("ana", text, text, kind="reply", reply_to_post_id="1", reply_to_id="bo") for text in _HEADS])
def test_other_names_at_the_head_of_a_reply_are_carried(counted):
    found = {row["post_id"]: row for row in counted.rows if row["kind"] == "mention"}
    assert {text: found[text]["evidence"] == "carried" for text in _HEADS} == {
        text: expected.endswith("(carried)") for text, expected in _HEADS.items()
    }
    assert counted.acts.count("ana reply bo") == len(_HEADS)
    assert len(counted.acts) == 2 * len(_HEADS)


def test_names_at_the_head_of_a_reply_were_typed_where_the_platform_puts_none_there(count):
    reply = said("ana", "2", "@cy @dee hi", kind="reply", reply_to_post_id="1", reply_to_id="bo")
    found = count([reply._replace(platform="discourse")])
    assert sorted(found.acts) == ["ana mention cy", "ana mention dee", "ana reply bo"]


@told([said("ana", "1", "@bo @cy hi")])
def test_names_at_the_head_of_a_post_that_answers_nobody_are_typed(counted):
    assert counted.acts == ["ana mention bo", "ana mention cy"]


@told([said("ana", "2", "@bo hi", kind="reply", reply_to_id="bo", mentions=[Mention("cy", "cy")])])
def test_name_without_a_place_is_typed(counted):
    assert counted.acts == ["ana mention cy", "ana reply bo"]


# --- Rules 3 and 4: reposts, quotes, answers to oneself.


@told([said("ana", "2", "RT @bo: I met @cy", kind="repost", repost_of_post_id="1", repost_of_id="bo")])
def test_repost_is_one_act_and_names_nobody(counted):
    assert counted.acts == ["ana repost bo"]


@told([said("ana", "2", kind="repost", repost_of_post_id="1", repost_of_id="bo", quote_of_id="cy")])
def test_repost_of_a_quote_is_a_repost_only(counted):
    assert counted.acts == ["ana repost bo"]


@told([said("bo", "1"), said("ana", "2", "see @cy", kind="quote", quote_of_post_id="1")])
def test_quote_is_an_act_and_so_are_the_names_in_it(counted):
    assert counted.acts == ["ana mention cy", "ana quote bo (joined)"]


@told([said("ana", "2", kind="reply", reply_to_id="bo", quote_of_id="cy")])
def test_answer_that_quotes_somebody_else_is_both(counted):
    assert counted.acts == ["ana quote cy", "ana reply bo"]


@told(
    [
        said("ana", "1", "I, @ana"),
        said("ana", "2", "and then", kind="reply", reply_to_post_id="1", reply_to_id="ana"),
        said("ana", "3", kind="repost", repost_of_id="ana"),
    ]
)
def test_answer_to_oneself_is_a_post_and_no_act(counted):
    assert counted.acts == []
    assert len(counted.posts) == 3


# --- Rule 5: repetitions and edits.


def test_post_that_two_files_hold_counts_once(count):
    post = said("ana", "1", "@bo hi")
    counted = count([post], [post, said("cy", "2", "@bo hi")])
    assert counted.acts == ["ana mention bo", "cy mention bo"]
    assert sorted(file.posts for file in counted.ledger.files) == [1, 1]
    assert counted.ledger.skipped == {"duplicate post": 1}
    assert counted.ledger.records == counted.ledger.posts + 1


@told([said("ana", "1", "@bo hi"), said("ana", "1", "@bo hi", at="mon", lang="de")._replace(platform="x2")])
def test_same_number_on_two_platforms_is_two_posts(counted):
    assert len(counted.rows) == 2


def test_edited_post_counts_in_its_last_version(count):
    counted = count(
        [
            said("ana", "11", "@cy hi", edit_of="9"),
            said("ana", "9", "@bo hi"),
            said("ana", "10", "@dee hi", edit_of="9"),
        ]
    )
    assert counted.acts == ["ana mention cy"]
    assert [post["post_id"] for post in counted.posts] == ["11"]
    assert counted.ledger.skipped == {"earlier version of an edited post": 2}


def test_edited_post_counts_once_where_one_export_does_not_tell_that_it_was_edited(count):
    first, last = said("ana", "9", "@bo hi"), said("ana", "11", "@cy hi")
    answer = said("bo", "12", kind="reply", reply_to_post_id="9")
    counted = count([first, last, answer], [last._replace(edit_of="9"), answer])
    assert sorted(counted.acts) == ["ana mention cy", "bo reply ana (joined)"]
    assert sorted(post["post_id"] for post in counted.posts) == ["11", "12"]
    assert counted.ledger.skipped == {"earlier version of an edited post": 1, "duplicate post": 2}
    assert counted.ledger.posts == 2


def test_words_without_an_id_are_the_post_with_one_that_begins_so(count):
    # One export knows ids, the other names and words only, cut off and without signs.
    told = said(
        "Ana", "1", "Rye & salt: who else bakes with so little of either, and for how long? https://a.b/c"
    )
    told = told._replace(author_id="501", created_at=MOMENT)
    bare = Post(
        "x",
        None,
        None,
        "ana",
        MOMENT,
        text="Rye & salt: who else bakes with so little of either, and for how long…",
    )
    counted = count([told], [bare, bare])
    assert counted.ledger.skipped == {"duplicate post": 2}
    assert [post["post_id"] for post in counted.posts] == ["1"]
    other = bare._replace(created_at=MOMENT + timedelta(seconds=1))
    assert count([told], [other]).ledger.skipped == {}
    assert count([told], [bare._replace(author_name="bo")]).ledger.skipped == {}
    assert count([told], [bare._replace(text="Rye")]).ledger.skipped == {}


def test_repost_without_an_id_is_one_where_its_second_is_known(count):
    repost = Post("x", None, None, "ana", MOMENT, "repost", repost_of_name="bo")
    assert count([repost], [repost]).ledger.skipped == {"duplicate post": 1}
    on_a_day = repost._replace(created_at=MOMENT.replace(hour=0, minute=0, second=0))
    assert count([on_a_day], [on_a_day]).ledger.skipped == {}


def test_copy_that_knows_most_stays_and_others_complete_it(count):
    bare = said("ana", "3", "@bo @cy hi @nobody", kind="post")._replace(text="@bo @cy hi @nobody and more")
    rich = said("ana", "3", "@bo @cy hi", kind="reply", reply_to_id="bo")
    threaded = said("ana", "3", "@bo @cy hi", kind="post", conversation_id="1")
    for order in ([bare, rich, threaded], [threaded, bare, rich]):
        counted = count(order)
        assert counted.acts == ["ana mention cy (carried)", "ana reply bo"]
        assert counted.threads == {"3": "1"}


_EDITED = [
    said("ana", "9"),
    said("ana", "10", edit_of="9"),
    said("bo", "12", kind="reply", reply_to_post_id="9"),
]


@told(_EDITED)
def test_answer_to_an_earlier_version_is_an_answer(counted):
    assert counted.acts == ["bo reply ana (joined)"]


@told(_EDITED)
def test_answer_to_an_earlier_version_stands_in_the_thread_of_the_edited_post(counted):
    assert counted.threads["12"] == counted.threads["10"]


_UNNUMBERED = said("ana", None, "@bo hi")


@told([_UNNUMBERED, _UNNUMBERED, said("ana", None, "@bo hi", at="tue"), said("cy", None, "@bo hi")])
def test_post_without_a_number_counts_once_if_author_moment_and_words_are_the_same(counted):
    assert counted.acts == ["ana mention bo", "ana mention bo", "cy mention bo"]


@told([said("ana", None, reply_to_id="bo", kind="reply"), said("ana", None, reply_to_id="bo", kind="reply")])
def test_equal_rows_without_number_and_words_are_two(counted):
    assert counted.acts == ["ana reply bo", "ana reply bo"]


_FULL = said(
    "ana", "2", "@bo @cy hi", kind="reply", reply_to_post_id="1", reply_to_id="bo", conversation_id="c",
    quote_of_id="dee", hashtags=["bread"], is_bot=True,
)  # fmt: skip
_CUT = _FULL._replace(text="@bo", mentions=[Mention("bo", "bo", 0)])


@told([_FULL], [_CUT])
@told([_CUT], [_FULL])
@told([_FULL, _CUT])
@told([_CUT, _FULL])
def test_fullest_copy_stays_whatever_the_order(each_counted):
    assert [one.acts for one in each_counted] == [
        ["ana mention cy (carried)", "ana quote dee", "ana reply bo"]
    ] * 4


@pytest.mark.parametrize("lacks", ["conversation_id", "quote_of_id", "hashtags", "is_bot"])
@told(
    [_FULL._replace(post_id=f"{lacks}{order}", **{lacks: None}) if first else _FULL._replace(post_id=f"{lacks}{order}")
     for lacks in ("conversation_id", "quote_of_id", "hashtags")
     for order in (True, False)
     for first in (order, not order)]
    + [_FULL._replace(post_id=f"is_bot{order}", is_bot=first)
       for order in (True, False) for first in (order, not order)]
)  # fmt: skip
def test_which_copy_stays_depends_on_all_of_its_content(counted, lacks):
    def kept(number):
        posts = [post for post in counted.posts if post["post_id"] == number]
        acts = [row["kind"] for row in counted.rows if row["post_id"] == number]
        return [(post["thread"], post["hashtags"], post["is_bot"]) for post in posts], sorted(acts)

    one, other = kept(f"{lacks}True"), kept(f"{lacks}False")
    assert len(one[0]) == len(other[0]) == 1
    assert one == other


# --- Rule 6: deleted authors.


def test_answer_to_a_deleted_post_is_no_act_and_stands_in_the_ledger(count):
    counted = count(
        [
            said("ana", "2", kind="reply", reply_to_post_id="1"),
            said("bo", "3", kind="reply", reply_to_post_id="1"),
            said("cy", "4", kind="quote", quote_of_post_id="0"),
        ]
    )
    assert counted.acts == []
    assert dict(counted.ledger.unresolved) == {"reply": 2, "quote": 1}


# --- Rule 7: a post that names k accounts is k acts.


@told([said("ana", "1", "@bo @cy @dee @bo")])
def test_post_that_names_three_accounts_is_three_acts(counted):
    assert counted.acts == ["ana mention bo", "ana mention cy", "ana mention dee"]


# --- Rule 8: flat answers.


@told(
    [
        said("bo", "1", conversation_id="1"),
        said("ana", "2", conversation_id="1"),
        said("cy", "3", conversation_id="1", kind="reply", reply_to_post_id="2"),
        said("bo", "4", conversation_id="1"),
    ]
)
def test_flat_answer_is_inferred_to_go_to_who_opened_the_thread(counted):
    assert counted.acts == ["ana reply bo (inferred)", "cy reply ana (joined)"]


@told([said("ana", "2", conversation_id="1")])
def test_flat_answer_in_a_thread_whose_opener_is_unknown_is_none(counted):
    assert counted.acts == []


@told([said("ana", "2", conversation_id="1")], parents=[Parent("x", "1", "bo", None)])
def test_opener_known_from_context_alone_is_answered_too(counted):
    assert counted.acts == ["ana reply bo (inferred)"]


@told([said("bo", "1", conversation_id="1"), said("ana", "2", "thanks @bo", conversation_id="1")])
def test_flat_answer_that_names_the_opener_is_told_apart(counted):
    """The name is talk; that the answer was meant for the opener is inferred, and counts only where asked for."""
    assert counted.acts == ["ana mention bo", "ana reply bo (inferred)"]


# --- Posts that every server numbers for itself.

_ANSWER = said("ana", "2", kind="reply", reply_to_post_id="rye/70", reply_to_id="cy", reply_to_guessed=True)


@told([said("bo", "1"), _ANSWER], parents=[Parent("x", "rye/70", "bo", None, "1")])
@told([said("bo", "1"), _ANSWER], parents=[Parent("x", "/70", "bo", None, "1")])
@told(
    [said("bo", "1"), _ANSWER._replace(reply_to_post_id="/70")],
    parents=[Parent("x", "rye/70", "bo", None, "1")],
)
@told(
    [said("bo", "1")],
    [_ANSWER._replace(reply_to_post_id="oven/5")],
    [_ANSWER],
    parents=[Parent("x", "rye/70", "bo", None, "1")],
)
def test_post_answered_by_the_number_that_one_server_gave_it_is_found(each_counted):
    for counted in each_counted:
        assert counted.acts == ["ana reply bo (joined)"]
        assert counted.threads == {"1": "1", "2": "1"}
        assert [row["target_post_id"] for row in counted.rows] == ["1"]


@told([said("bo", "1"), _ANSWER], parents=[Parent("x", "oven/70", "bo", None, "1")])
@told(
    [said("bo", "1"), said("dan", "3"), _ANSWER._replace(reply_to_post_id="/70")],
    parents=[Parent("x", "oven/70", "bo", None, "1"), Parent("x", "rye/70", "dan", None, "3")],
)
@told(
    [said("bo", "1"), said("dan", "3"), _ANSWER],
    parents=[Parent("x", "/70", "bo", None, "1"), Parent("x", "/70", "dan", None, "3")],
)
def test_number_of_another_server_or_of_two_posts_leads_nowhere(each_counted):
    for counted in each_counted:
        assert counted.acts == ["ana reply cy"]


@told(
    [said("bo", "1"), said("ana", "2", "so", kind="quote", quote_of_post_id="rye/70")],
    parents=[Parent("x", "rye/70", "bo", None, "1")],
)
def test_post_quoted_by_the_number_that_one_server_gave_it_is_found(counted):
    assert counted.acts == ["ana quote bo (joined)"]


# --- Rule 9: chats in which no message says what it answers.


def _chat(place: str, *lines: str, platform: str = "whatsapp") -> list[Post]:
    """Messages such as ``ana 9h05 hello @bo``."""
    told = [line.split(" ", 2) for line in lines]
    posts = [
        said(who, f"{place} {number}", *text, at=f"mon {when}")
        for number, (who, when, *text) in enumerate(told)
    ]
    return [post._replace(platform=platform, place=place) for post in posts]


CHATS = (
    # One exchange: never more than an hour without a word; and another.
    _chat("two", "bo 9h", "ana 9h20", "bo 9h30", "cy 10h30", "cy 10h31", "ana 11h32", "bo 11h33", "dee 20h")
    + _chat("hour", "bo 9h", "ana 10h")
    + _chat("more", "bo 9h", "ana 10h01")
    + _chat("beside", "cy 9h01", "dee 9h02")
    + _chat("named", "bo 9h", "ana 9h05 thanks @cy", "cy 9h06")
    + _chat("slack", "bo 9h", "ana 9h05", platform="slack")
)


@pytest.fixture(scope="module")
def chats(count):
    """Acts in each chat."""

    def told(*files):
        found = count(*files)
        acts = {post.place: [] for post in CHATS}
        for row in found.rows:
            acts[row["post_id"].partition(" ")[0]].append(
                f"{row['source_id']} {row['kind']} {row['target_id']} {row['evidence']}"
            )
        return {place: sorted(rows) for place, rows in acts.items()}, found.threads

    return told


@pytest.fixture(scope="module")
def chatted(chats):
    return chats(CHATS)


def test_in_a_chat_whoever_breaks_the_silence_is_answered(chatted):
    acts, threads = chatted
    assert acts["two"] == [
        "ana reply bo inferred",
        "bo reply ana inferred",
        "cy reply bo inferred",
        "cy reply bo inferred",
    ]
    assert len({thread for post, thread in threads.items() if post.startswith("two")}) == 3


def test_an_hour_to_the_minute_is_no_silence(chatted):
    assert chatted[0]["hour"] == ["ana reply bo inferred"]
    assert chatted[0]["more"] == []


def test_each_chat_is_for_itself(chatted):
    assert chatted[0]["beside"] == ["dee reply cy inferred"]


def test_who_is_named_in_a_chat_is_addressed_and_nobody_else(chatted):
    assert chatted[0]["named"] == ["ana mention cy explicit", "cy reply bo inferred"]


def test_where_replies_are_told_silence_means_nothing(chatted):
    assert chatted[0]["slack"] == []


def test_order_of_files_and_lines_makes_no_difference_to_a_chat(chatted, chats):
    assert chats(CHATS[::-1][:5], CHATS[::-1][5:])[0] == chatted[0]


# --- Acts without posts.


@told([Post("x", None, "ana", None, MONDAY, "tie", mentions=[Mention("bo", None)], weight=3)])
def test_row_of_an_undirected_list_is_talk_both_ways(counted):
    assert counted.acts == ["ana tie bo", "bo tie ana"]
    assert {act["weight"] for act in counted.rows} == {3}


@told(
    [said("bo", "1")],
    edges=[
        Edge("x", "ana", None, "bo", None, "reaction", MONDAY, "1"),
        Edge("x", None, "Cy", "bo", None, "follow"),
    ],
)
def test_acts_that_nobody_writes_are_acts(counted):
    assert counted.acts == ["ana reaction bo", "name:cy follow bo"]


# --- Names and ids.


@told([said("ana", "1", mentions=[Mention(None, "Bo", 0)])], [said("id7", "2", author_name="bo")])
def test_name_is_mapped_to_the_id_that_another_file_shows(counted):
    assert counted.acts == ["ana mention id7"]


@told([said("ana", "1", "@bo hi")], [said("ana", "2", "@cy hi", author_id=None, author_name="ANA")])
def test_author_known_by_id_in_one_file_and_by_name_in_another_is_one(counted):
    assert counted.acts == ["ana mention bo", "ana mention cy"]


@told([said("ana", "1", mentions=[Mention(None, "Bo", 0), Mention(None, "BO", 5)])])
def test_name_never_seen_with_an_id_stays_a_folded_name(counted):
    assert counted.acts == ["ana mention name:bo"]


_REUSED = (
    said("old", "1", author_name="baker", at="mon"),
    said("new", "2", author_name="Baker", at="tue"),
    said("ana", "3", at="mon", mentions=[Mention(None, "baker", 0)]),
)


@told(_REUSED)
@told(reversed(_REUSED))
@told(_REUSED[1:], _REUSED[:1])
def test_reused_name_is_its_latest_bearer(each_counted):
    assert [one.acts for one in each_counted] == [["ana mention new"]] * 3


@told(
    [said("ana", "3", mentions=[Mention(None, "baker", 0)])],
    names=[Name("x", "aaa", "baker"), Name("x", "new", "baker", None, MONDAY)],
)
def test_bearer_of_a_name_seen_without_a_time_gives_way_to_one_seen_with(counted):
    assert counted.acts == ["ana mention new"]


@told(
    [
        said("id7", "1", author_name="bo")._replace(platform="x2"),
        said("ana", "3", mentions=[Mention(None, "bo", 0)]),
    ]
)
def test_same_name_on_two_platforms_is_two_accounts(counted):
    assert counted.acts == ["ana mention name:bo"]


@told([said("id7", "1", author_name="old", at="mon"), said("id7", "2", author_name="New", at="tue")])
def test_account_is_called_by_its_latest_name(counted):
    assert [account["name"] for account in counted.accounts] == ["New"]


# --- Parents and threads.


@told([said("ana", "2", kind="reply", reply_to_post_id="1")], [said("bo", "1")])
def test_post_answered_is_found_in_another_file(counted):
    assert counted.acts == ["ana reply bo (joined)"]


@told([said("ana", "2", kind="reply", reply_to_post_id="1")], parents=[Parent("x", "1", None, "Bo")])
def test_author_of_a_post_that_is_context_only_is_found(counted):
    assert counted.acts == ["ana reply name:bo (joined)"]
    assert [post["post_id"] for post in counted.posts] == ["2"]


_CHAIN = [said("ana", "p000")] + [
    said("bo", f"p{n:03}", kind="reply", reply_to_post_id=f"p{n - 1:03}") for n in range(1, 50)
]


@told(random.Random(7).sample(_CHAIN, len(_CHAIN)))
def test_threads_are_rebuilt_from_answers_to_answers(counted):
    assert set(counted.threads.values()) == {"p000"}


@told(
    [
        said("ana", "2", kind="reply", reply_to_post_id="1"),
        said("bo", "3", kind="reply", reply_to_post_id="1"),
        said("cy", "4", kind="reply", reply_to_post_id="3"),
        said("dee", "5"),
    ]
)
def test_answers_to_a_missing_post_are_one_thread(counted):
    assert counted.threads == {"2": "1", "3": "1", "4": "1", "5": "5"}


@told(
    [
        said("ana", "2", conversation_id="c"),
        said("bo", "3", kind="reply", reply_to_post_id="2"),
        said("cy", "4", kind="reply", reply_to_post_id="2", conversation_id="d"),
    ]
)
def test_platforms_own_thread_goes_before_what_is_rebuilt(counted):
    assert counted.threads == {"2": "c", "3": "c", "4": "d"}


@pytest.mark.parametrize("length", [1, 2, 3])
@told(
    [
        said(f"p{n}", f"{length}-{n}", kind="reply", reply_to_post_id=f"{length}-{(n + 1) % length}")
        for length in (1, 2, 3)
        for n in range(length)
    ]
    + [said("zoe", f"{length}-z", kind="reply", reply_to_post_id=f"{length}-0") for length in (1, 2, 3)]
)
def test_answers_that_go_round_in_a_circle_end(counted, length):
    posts = [number for number in counted.threads if number.startswith(f"{length}-")]
    acts = [row for row in counted.rows if row["post_id"].startswith(f"{length}-")]
    assert len(posts) == length + 1
    assert len(acts) == (length if length > 1 else 0) + 1


_MIXED = [
    said("ana", "1", "hi"),
    said("ana", "1", "hi @bo"),
    said("bo", "2", "@ana @cy hi", kind="reply", reply_to_post_id="1"),
    said("cy", "3", "and @dee", at="tue", conversation_id="1"),
    said("dee", "4", "@ana", author_id=None),
    said("d", "5", author_name="dee"),
    said("e", "6", author_name="DEE", at="wed"),
]
_ORDERS = [random.Random(seed).sample(_MIXED, len(_MIXED)) for seed in range(6)]


@told(_MIXED)
@told(_ORDERS[0])
@told(_ORDERS[1])
@told(_ORDERS[2][:3], _ORDERS[2][3:])
@told(_ORDERS[3][:5], _ORDERS[3][5:])
def test_rows_in_another_order_are_the_same_acts(each_counted):
    assert "e mention ana" in each_counted[0].acts
    for one, other in itertools.pairwise(each_counted):
        assert one.acts == other.acts
