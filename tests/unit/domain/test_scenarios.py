from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.board import Board, board_route
from app.domain.errors import RuleError
from app.domain.fleet import UNLIMITED, Load
from app.domain.ids import OrderId, RouteId, ScenarioId
from app.domain.orders import Order, OrderStatus
from app.domain.problem import Plan
from app.domain.routes import Lock, Route, RouteStatus, Stop
from app.domain.scenario_boards import (
    becoming,
    digest,
    fit,
    moves,
    origins_of,
    shown,
    take,
    taken_plan,
    with_sequences,
)
from app.domain.scenario_words import fit_lines, lock_line, taken_text
from app.domain.scenarios import (
    Measure,
    Preset,
    Recipe,
    Scenario,
    best,
    bound,
    counted,
    figures,
    free_name,
    recipe,
)
from tests.factories import (
    DAY,
    at,
    grid_travel,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    new_id,
    window,
)

DEPOT = make_depot()
ORDERS = tuple(make_order(reference=f"SO-{number}") for number in range(1, 9))


def make_board(
    *sequences: tuple[Order, ...],
    orders: tuple[Order, ...] = ORDERS,
    routes: tuple[Route, ...] = (),
) -> Board:
    """Routes of Driver 0, Driver 1 … with these stops; what is on none of them is unassigned."""
    known = {order.id: order for order in orders}
    every = routes or tuple(
        make_route(make_shift(depot=DEPOT, driver=make_driver(name=f"Driver {number}")))
        for number in range(len(sequences))
    )
    places = [DEPOT.location, *(order.location for order in orders if order.location)]
    board = Board(
        day=DAY,
        routes=tuple(board_route(route, known, grid_travel(places)) for route in every),
        unassigned=(),
        on_hold=(),
        orders=known,
        travel=grid_travel(places),
        reasons={},
    )
    wanted = {
        route.id: tuple(order.id for order in orders)
        for route, orders in zip(every, sequences, strict=False)
    }
    return with_sequences(board, wanted)


def make_scenario(board: Board, plan: Board, **changes: object) -> Scenario:
    """What the shelf keeps of `plan`, made when the day was as on `board`."""
    recipe = changes.pop("recipe", Recipe())
    assert isinstance(recipe, Recipe)
    values = {
        "id": ScenarioId(new_id()),
        "day": DAY,
        "depot": None,
        "name": "Cheapest",
        "made_at": at("05:00"),
        "recipe": recipe,
        "plan": Plan(
            routes={each.id: each.route.orders for each in plan.routes},
            unassigned=(),
            cost=plan.cost,
            engine="test",
            seconds=1.0,
        ),
        "figures": figures(plan),
        "origins": origins_of(board, recipe.keeps_locks),
    }
    return Scenario(**(values | changes))  # type: ignore[arg-type]


def references(board: Board, number: int) -> list[str]:
    return [board.orders[order].reference for order in board.routes[number].route.orders]


def ids(board: Board, number: int) -> tuple[OrderId, ...]:
    return board.routes[number].route.orders


def test_figures_are_sums_over_the_routes_that_drive() -> None:
    board = make_board(ORDERS[:5], ORDERS[5:7], ())
    given = figures(board)
    used = [each.timetable for each in board.routes[:2]]
    assert given.vans == 2
    assert given.unassigned == 1
    assert given.distance_m == sum(table.distance_m for table in used)
    assert given.working == used[0].working + used[1].working
    assert given.cost == pytest.approx(board.cost)
    assert given.uneven_stops == 1.5
    apart = abs(used[0].working - used[1].working)
    assert abs(given.uneven - apart / 2) <= timedelta(seconds=1)


def test_load_use_is_that_of_the_fullest_dimension_and_ignores_endless_ones() -> None:
    vehicle = make_vehicle(
        capacity=Load(weight_g=50_000, volume_cm3=UNLIMITED, parcels=4, more=(("cages", 0),))
    )
    route = make_route(make_shift(depot=DEPOT, vehicle=vehicle))
    board = make_board(ORDERS[:2], routes=(route,))
    assert figures(board).load_use == pytest.approx(0.5)  # 2 of 4 parcels, 10 of 50 kg


def test_a_late_stop_counts_with_its_lateness() -> None:
    late = make_order(window=window("05:00", "06:00"))
    given = figures(make_board((late,), orders=(late,)))
    assert given.late == 1
    assert given.lateness > timedelta(hours=1)


def test_the_best_figure_is_not_that_of_a_plan_which_leaves_orders_behind() -> None:
    whole, part = make_board(ORDERS[:4], ORDERS[4:]), make_board(ORDERS[:4], ())
    columns = [figures(whole), figures(part), replace(figures(whole), cost=10_000.0)]
    assert figures(part).cost < figures(whole).cost
    assert best(Measure.COST, columns) == {0}
    assert best(Measure.UNASSIGNED, columns) == {0, 2}


def test_the_only_plan_that_leaves_fewest_is_not_best_in_what_others_do_as_well_or_better() -> None:
    given = figures(make_board(ORDERS))
    few = replace(given, unassigned=1, late=0, cost=120.0, vans=3)
    many = replace(given, unassigned=3, late=0, cost=100.0, vans=4)
    assert best(Measure.UNASSIGNED, [many, few]) == {1}
    assert best(Measure.VANS, [many, few]) == {1}
    assert best(Measure.COST, [many, few]) == frozenset()
    assert best(Measure.LATE, [many, few]) == frozenset()


def test_where_all_figures_are_alike_none_is_best() -> None:
    given = figures(make_board(ORDERS))
    assert best(Measure.VANS, [given, given]) == frozenset()
    assert best(Measure.COST, [given, replace(given, cost=given.cost + 0.001)]) == frozenset()


def test_more_load_use_is_better() -> None:
    given = figures(make_board(ORDERS))
    fuller = replace(given, load_use=given.load_use + 0.2)
    assert best(Measure.LOAD_USE, [given, fuller]) == {1}


def test_seconds_end_a_search_unless_the_work_was_chosen() -> None:
    timed = counted(recipe(Preset.CHEAPEST, 10.0), 120, is_everyday=True)
    assert timed.iterations
    assert bound(timed) == 10.0
    chosen = recipe(Preset.CHEAPEST, 10.0, iterations=5_000)
    assert counted(chosen, 120, is_everyday=True) == chosen
    assert bound(chosen) > 100.0


def test_a_name_that_is_taken_gets_the_next_number() -> None:
    assert free_name("Fastest", []) == "Fastest"
    assert free_name("Fastest", ["fastest", "Fastest 2"]) == "Fastest 3"


def test_a_scenario_shows_its_routes_on_the_day_as_it_is() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    other = with_sequences(board, {board.routes[0].id: ids(board, 1)})
    then = shown(board, make_scenario(board, other))
    assert references(then, 0) == ["SO-5", "SO-6", "SO-7", "SO-8"]
    assert references(then, 1) == []
    assert [order.reference for order in then.unassigned] == ["SO-1", "SO-2", "SO-3", "SO-4"]
    assert not fit(board, make_scenario(board, other)).is_stale


def test_what_became_of_the_day_is_named_and_left_out() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    scenario = make_scenario(board, board)
    new = make_order(reference="SO-9")
    gone = replace(ORDERS[0], status=OrderStatus.CANCELLED)
    heavier = replace(ORDERS[1], weight_g=90_000)
    unlike = replace(ORDERS[2], notes="ring twice", version=7)
    routes = tuple(each.route for each in board.routes)
    today = make_board(
        orders=(gone, heavier, unlike, *ORDERS[3:], new),
        routes=tuple(replace(route, stops=()) for route in routes),
    )
    found = fit(today, scenario)
    assert found.gone == (gone.id,)
    assert found.changed == (heavier.id,)
    assert found.new == (new.id,)
    assert found.left_out == (new.id,)
    assert found.is_stale
    then = shown(today, scenario)
    assert references(then, 0) == ["SO-2", "SO-3", "SO-4"]
    assert [order.reference for order in then.unassigned] == ["SO-9"]
    assert fit_lines(today, found) == (
        "Not in it, so left unassigned: SO-9",
        "No longer to be planned: SO-1",
        "Changed since it was made: SO-2",
    )


def test_a_scenario_that_was_made_on_other_roads_is_stale() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    scenario = make_scenario(board, board)
    made = replace(scenario, origins=replace(scenario.origins, roads="rain at nine"))
    found = fit(board, made)
    assert found.is_stale
    assert fit_lines(board, found) == ("Road conditions came or went since it was made",)
    assert not fit(board, scenario).is_stale


def test_orders_of_a_shift_that_is_gone_are_stranded() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    scenario = make_scenario(board, board)
    kept = replace(board.routes[0].route, stops=())
    found = fit(make_board(routes=(kept,)), scenario)
    assert found.lost_shifts == (board.routes[1].id,)
    assert found.stranded == ids(board, 1)


def test_a_released_route_stays_as_it_is() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    other = with_sequences(board, {board.routes[0].id: ids(board, 1)})
    scenario = make_scenario(board, other)
    released = replace(board.routes[0].route, status=RouteStatus.RELEASED)
    draft = replace(board.routes[1].route, stops=())
    today = make_board(ORDERS[:4], routes=(released, draft))
    then = shown(today, scenario)
    assert references(then, 0) == ["SO-1", "SO-2", "SO-3", "SO-4"]
    assert becoming(today, then).stops == {}
    assert released.id in fit(today, scenario).lost_shifts


def test_a_lock_that_a_scenario_does_not_keep_is_named() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    other = with_sequences(board, {board.routes[0].id: tuple(reversed(ids(board, 0)))})
    scenario = make_scenario(board, other)

    def with_lock(lock: Lock, *, pinned: bool = False) -> Board:
        routes = [each.route for each in board.routes]
        stops = tuple(Stop(order=stop.order, is_locked=pinned) for stop in routes[0].stops)
        routes[0] = replace(routes[0], lock=lock, stops=stops)
        return make_board(routes=tuple(routes))

    assert fit(with_lock(Lock.CONTENTS), scenario).overruled == ()
    assert fit(with_lock(Lock.NONE, pinned=True), scenario).overruled == ()
    locked = with_lock(Lock.SEQUENCE)
    found = fit(locked, scenario)
    assert found.overruled == (board.routes[0].id,)
    assert not found.is_stale
    assert "Driver 0" in lock_line(locked, found)


def test_a_lock_makes_only_those_scenarios_stale_that_keep_locks() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    free = make_scenario(board, board)
    keeping = make_scenario(board, board, recipe=Recipe(keeps_locks=True))
    routes = [each.route for each in board.routes]
    locked = make_board(routes=(replace(routes[0], lock=Lock.SEQUENCE), routes[1]))
    assert not fit(locked, free).is_stale
    assert fit(locked, keeping).changed_shifts == (routes[0].id,)


def test_who_moved_is_told_with_both_drivers_and_both_times() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    first, second = ids(board, 0), ids(board, 1)
    other = with_sequences(
        board, {board.routes[0].id: first[:3], board.routes[1].id: (first[3], *second[:-1])}
    )
    found = {board.orders[moved.order].reference: moved for moved in moves(board, other)}
    assert found["SO-4"].source == board.routes[0].id
    assert found["SO-4"].target == board.routes[1].id
    assert found["SO-4"].was == board.routes[0].timetable.stops[3].begin
    assert found["SO-4"].becomes == other.routes[1].timetable.stops[0].begin
    assert found["SO-8"].target is None
    assert found["SO-8"].shift is None
    assert not found["SO-5"].changes_route
    assert found["SO-5"].shift is not None
    assert not found.keys() & {"SO-1", "SO-2", "SO-3"}
    assert [moved.changes_route for moved in moves(board, other)][:2] == [True, True]


def test_a_route_is_taken_whole_and_what_was_there_finds_another_place() -> None:
    mine = make_board(ORDERS[:4], ORDERS[4:])
    theirs = with_sequences(mine, {mine.routes[0].id: ids(mine, 1)})
    taken = take(theirs, mine, mine.routes[0].id)
    then = with_sequences(mine, taken.routes)
    assert references(then, 0) == ["SO-5", "SO-6", "SO-7", "SO-8"]
    assert sorted(references(then, 1)) == ["SO-1", "SO-2", "SO-3", "SO-4"]
    assert taken.left == ()
    assert taken_text(mine, taken).startswith("4 stops came; SO-1, SO-2, SO-3, SO-4 moved")


def test_what_fits_nowhere_else_is_left_with_a_reason() -> None:
    mine = make_board(ORDERS[:4], ORDERS[4:])
    routes = [each.route for each in mine.routes]
    routes[1] = replace(routes[1], lock=Lock.CONTENTS)
    mine = make_board(routes=tuple(routes))
    theirs = with_sequences(mine, {mine.routes[0].id: ids(mine, 0)[:2]})
    taken = take(theirs, mine, mine.routes[0].id)
    assert taken.left == ids(mine, 0)[2:]
    plan = taken_plan(make_scenario(mine, mine).plan, taken)
    assert [each.order for each in plan.unassigned] == list(taken.left)
    assert plan.routes[mine.routes[0].id] == ids(mine, 0)[:2]


def test_a_route_that_is_the_same_in_both_plans_is_refused() -> None:
    board = make_board(ORDERS[:4], ORDERS[4:])
    with pytest.raises(RuleError, match="same stops"):
        take(board, board, board.routes[0].id)


def test_a_digest_does_not_depend_on_the_sequence_of_a_set() -> None:
    skills = [f"skill-{number}" for number in range(20)]
    assert digest(frozenset(skills)) == digest(frozenset(reversed(skills)))
    assert digest((1, "a")) != digest(("1", "a"))


def test_the_unknown_name_of_a_deleted_shift_is_said_in_words() -> None:
    board = make_board(ORDERS[:4])
    scenario = make_scenario(board, board)
    routes = {**scenario.plan.routes, RouteId(new_id()): (ORDERS[5].id,)}
    found = fit(board, replace(scenario, plan=replace(scenario.plan, routes=routes)))
    assert "a deleted shift" in fit_lines(board, found)[-1]
