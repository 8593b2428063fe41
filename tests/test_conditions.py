"""Conditions give the expressions and placeholders that boto3's give."""

import operator
from typing import Any

import pytest
from boto3.dynamodb import conditions as boto3_conditions
from boto3.dynamodb.conditions import ConditionExpressionBuilder
from hypothesis import given
from hypothesis import strategies as st

from dynacore import Attr, Key
from dynacore._conditions import ExpressionBuilder, express_conditions

# A condition is drawn as a recipe, so that it can be made of our parts and of boto3's.
PATHS = st.from_regex(r"[a-z]{1,3}(\[\d\])?(\.[a-z-]{1,3}(\[\d\]){0,2})?", fullmatch=True)
VALUES = st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2))
COMPARISONS = st.one_of(
    st.tuples(st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte", "begins_with", "contains"]), VALUES),
    st.tuples(st.just("between"), VALUES, VALUES),
    st.tuples(st.just("is_in"), st.lists(VALUES, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["exists", "not_exists"])),
    st.tuples(st.just("attribute_type"), st.just("S")),
)
SIZES = st.tuples(st.sampled_from(["eq", "lt", "lte", "gt", "gte"]), VALUES)
LEAVES = st.one_of(
    st.tuples(st.just("attribute"), PATHS, COMPARISONS), st.tuples(st.just("size"), PATHS, SIZES)
)
RECIPES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.tuples(st.sampled_from(["and_", "or_"]), parts, parts), st.tuples(st.just("invert"), parts)
    ),
    max_leaves=6,
)


def make(recipe: Any, attribute: Any) -> Any:
    match recipe:
        case ("attribute", path, (method, *values)):
            return getattr(attribute(path), method)(*values)
        case ("size", path, (method, *values)):
            return getattr(attribute(path).size(), method)(*values)
        case (join, *parts):
            return getattr(operator, join)(*(make(part, attribute) for part in parts))
    raise AssertionError(recipe)


@given(RECIPES)
def test_expressions_are_boto3s(recipe):
    theirs = ConditionExpressionBuilder().build_expression(make(recipe, boto3_conditions.Attr))
    for attribute in (Attr, boto3_conditions.Attr):
        builder = ExpressionBuilder()
        assert builder.build(make(recipe, attribute)) == theirs.condition_expression
        assert builder.names == theirs.attribute_name_placeholders
        assert builder.values == theirs.attribute_value_placeholders


def test_a_request_is_numbered_across_its_expressions():
    request = {
        "KeyConditionExpression": Key("artist").eq("Nina") & Key("year").between(1958, 1965),
        "FilterExpression": Attr("label.name").ne("RCA"),
        "ProjectionExpression": "title",
    }
    express_conditions(request)
    assert request == {
        "FilterExpression": "#n0.#n1 <> :v0",
        "KeyConditionExpression": "(#n2 = :v1 AND #n3 BETWEEN :v2 AND :v3)",
        "ProjectionExpression": "title",
        "ExpressionAttributeNames": {"#n0": "label", "#n1": "name", "#n2": "artist", "#n3": "year"},
        "ExpressionAttributeValues": {":v0": "RCA", ":v1": "Nina", ":v2": 1958, ":v3": 1965},
    }


def test_the_callers_names_and_values_are_kept_and_not_changed():
    names, values = {"#mine": "a"}, {":mine": 1}
    request = {
        "UpdateExpression": "SET #mine = :mine",
        "ConditionExpression": Attr("b").eq(2),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
    express_conditions(request)
    assert request["ExpressionAttributeNames"] == {"#mine": "a", "#n0": "b"}
    assert request["ExpressionAttributeValues"] == {":mine": 1, ":v0": 2}
    assert (names, values) == ({"#mine": "a"}, {":mine": 1})


def test_text_stays():
    request = {"FilterExpression": "a = :a", "ExpressionAttributeValues": {":a": 1}}
    express_conditions(request)
    assert request == {"FilterExpression": "a = :a", "ExpressionAttributeValues": {":a": 1}}


def test_a_condition_without_values_adds_no_empty_map():
    request = {"ConditionExpression": Attr("a").exists()}
    express_conditions(request)
    assert request == {
        "ConditionExpression": "attribute_exists(#n0)",
        "ExpressionAttributeNames": {"#n0": "a"},
    }


def test_our_conditions_join_boto3s():
    builder = ExpressionBuilder()
    text = builder.build(Attr("a").eq(1) & boto3_conditions.Attr("b").gt(2))
    assert text == "(#n0 = :v0 AND #n1 > :v1)"


@pytest.mark.parametrize("attribute", [Attr("a"), boto3_conditions.Attr("a")])
def test_a_key_condition_wants_keys(attribute):
    with pytest.raises(TypeError, match="KeyConditionExpression only supports Attribute objects of type Key"):
        express_conditions({"KeyConditionExpression": attribute.eq(1)})


@pytest.mark.parametrize("value", [Attr("a"), Key("a"), 5, Attr])
def test_what_is_no_condition_is_refused(value):
    with pytest.raises(TypeError):
        express_conditions({"FilterExpression": value})
    with pytest.raises(TypeError):
        _ = Attr("b").eq(1) & value


@pytest.mark.parametrize("join", [lambda a: a & a, lambda a: a | a, lambda a: ~a])
def test_an_attribute_alone_is_no_operand(join):
    with pytest.raises(TypeError, match="compare it first"):
        join(Attr("a"))


def test_equality_and_form():
    assert Attr("a").eq(1) == Attr("a").eq(1)
    assert Attr("a").eq(1) != Attr("a").eq(2)
    assert Attr("a") != Key("a")
    assert (
        repr(Attr("a").eq(1) & ~Attr("b").exists()) == "(Attr('a') = 1 AND (NOT attribute_exists(Attr('b'))))"
    )
