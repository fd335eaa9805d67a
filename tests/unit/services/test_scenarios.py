from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.board import Board, arrange
from app.domain.edits import ChangeFleet, ChangeOrders, LockBin, LockRoutes
from app.domain.errors import ConflictError, NotFoundError, RuleError
from app.domain.problem import Failed, Finished, Plan, PlanningMessage, Reason, Unassigned
from app.domain.routes import Lock
from app.domain.scenarios import Preset, Recipe, Scenario, recipe
from app.services.planning import PlanningService
from app.services.scenarios import ScenariosService
from app.storage.events import history
from tests.factories import DAY, make_order, place
from tests.unit.services.conftest import Desk


@pytest.fixture
def scenarios(desk: Desk) -> ScenariosService:
    return ScenariosService(desk.database, PlanningService(desk.database), desk.clock, desk.actor)


def put_on(board: Board, *sequences: Sequence[int]) -> Plan:
    """A plan with the day's orders, by their place among the unassigned, on its routes."""
    orders = [order.id for order in board.unassigned]
    return Plan(
        routes={
            each.id: tuple(orders[number] for number in sequence)
            for each, sequence in zip(board.routes, sequences, strict=True)
        },
        unassigned=(),
        cost=1.0,
        engine="test",
        seconds=0.5,
        trajectory=((0.1, 5.0), (0.3, 1.0)),
    )


def kept(
    scenarios: ScenariosService, board: Board, *sequences: Sequence[int], name: str = "Cheapest"
) -> Scenario:
    return scenarios.keep(board, name, Recipe(), put_on(board, *sequences))


def ran(
    scenarios: ScenariosService, board: Board, recipes: Sequence[Recipe]
) -> list[PlanningMessage]:
    runs = scenarios.start(board, recipes, cores=2)
    last: dict[int, PlanningMessage] = {}
    while (told := runs.next_message()) is not None:
        if told.is_last:
            assert told.message is not None
            last[told.number] = told.message
    return [last[number] for number in range(len(recipes))]


def test_what_is_put_on_the_shelf_comes_back_as_it_was(
    scenarios: ScenariosService, day: Board
) -> None:
    given = scenarios.keep(
        day, " Cheap  and good ", recipe(Preset.BALANCED, 7.5, 3, 900), put_on(day, (0, 1), (2, 3))
    )
    (found,) = scenarios.shelf(DAY)
    assert found == given
    assert found.name == "Cheap and good"
    assert found.plan.trajectory == ((0.1, 5.0), (0.3, 1.0))
    assert found.recipe == recipe(Preset.BALANCED, 7.5, 3, 900)
    assert found.figures.vans == 2
    assert found.figures.unassigned == 0


def test_a_name_that_is_taken_gets_a_number(scenarios: ScenariosService, day: Board) -> None:
    names = [kept(scenarios, day, (0, 1), (2, 3)).name for _ in range(3)]
    assert names == ["Cheapest", "Cheapest 2", "Cheapest 3"]
    with pytest.raises(RuleError, match="already"):
        scenarios.rename(scenarios.named(DAY, "cheapest 2"), "Cheapest 3")
    with pytest.raises(NotFoundError, match="There are: Cheapest, Cheapest 2, Cheapest 3"):
        scenarios.named(DAY, "Fastest")


def test_a_scenario_that_somebody_else_changed_is_left_alone(
    scenarios: ScenariosService, other_desk: Desk, day: Board
) -> None:
    mine = kept(scenarios, day, (0, 1), (2, 3))
    theirs = ScenariosService(
        other_desk.database,
        PlanningService(other_desk.database),
        other_desk.clock,
        other_desk.actor,
    )
    theirs.rename(mine, "Plan B")
    with pytest.raises(ConflictError, match="changed by Bram"):
        scenarios.remove(mine)
    scenarios.remove(scenarios.named(DAY, "Plan B"))
    with pytest.raises(NotFoundError, match="removed"):
        scenarios.rename(mine, "Plan C")


def test_a_published_scenario_is_one_edit_which_one_undo_takes_back(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    scenario = kept(scenarios, day, (3, 1), (0, 2))
    applied = desk.dispatch.apply(scenarios.publish(day, scenario))
    after = desk.board
    assert {each.id: each.route.orders for each in after.routes} == scenario.plan.routes
    with pytest.raises(RuleError, match="already shows"):
        scenarios.publish(after, scenario)
    desk.dispatch.apply(applied.inverse)
    assert [each.route.orders for each in desk.board.routes] == [(), ()]
    with desk.database.reading() as session:
        actions = [event.action for event in history(session, scenario.id)]
    assert actions == ["withdrawn", "published", "created"]


def test_why_orders_were_left_out_is_known_after_publishing(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    plan = put_on(day, (0, 1), (2,))
    left = day.unassigned[3].id
    reason = Unassigned(order=left, reason=Reason.OUTSIDE_WINDOWS, detail="too early")
    scenario = scenarios.keep(day, "Part", Recipe(), replace(plan, unassigned=(reason,)))
    applied = desk.dispatch.apply(scenarios.publish(day, scenario))
    assert desk.board.reasons == {left: reason}
    desk.dispatch.apply(applied.inverse)
    assert desk.board.reasons == {}


def test_plans_are_compared_by_todays_orders_and_say_that_they_are_stale(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    scenario = kept(scenarios, day, (0, 1), (2, 3))
    (before,) = scenarios.compare(desk.board, [scenario])
    assert not before.fit.is_stale
    desk.add_orders(make_order())
    order = desk.board.orders[day.unassigned[0].id]
    desk.dispatch.apply(ChangeOrders(delete={order.id: order.version}))
    (after,) = scenarios.compare(desk.board, [scenario])
    assert len(after.fit.gone) == len(after.fit.new) == 1
    assert after.figures.unassigned == 1
    assert after.figures.distance_m < before.figures.distance_m


def test_a_route_is_taken_into_another_scenario_and_noted(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    mine, other = kept(scenarios, day, (0, 1), (2, 3)), kept(scenarios, day, (3, 2), (1, 0))
    (theirs,) = scenarios.compare(day, [other])
    route = day.routes[0]
    edit, taken = scenarios.take(day, theirs.board, other.name, mine, route.id)
    applied = desk.dispatch.apply(edit)
    changed = scenarios.named(DAY, "Cheapest")
    assert changed.plan.routes[route.id] == other.plan.routes[route.id]
    assert changed.taken == (f"{route.route.shift.name} from Cheapest 2",)
    assert changed.version > mine.version
    assert len(taken.refitted) == 2
    assert changed.figures.unassigned == 0
    with pytest.raises(ConflictError):
        desk.dispatch.apply(edit)
    undone = desk.dispatch.apply(applied.inverse)
    assert scenarios.named(DAY, "Cheapest") == replace(mine, version=mine.version + 2)
    desk.dispatch.apply(undone.inverse)
    assert scenarios.named(DAY, "Cheapest") == replace(changed, version=mine.version + 3)


def test_a_route_is_taken_to_the_board_as_one_edit(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    orders = [order.id for order in day.unassigned]
    desk.dispatch.apply(arrange(day, {day.routes[0].id: orders[:2], day.routes[1].id: orders[2:]}))
    board = desk.board
    scenario = scenarios.keep(board, "Other", Recipe(), put_on(day, (2, 3), (0, 1)))
    (there,) = scenarios.compare(board, [scenario])
    edit, taken = scenarios.take_to_board(board, there.board, board.routes[0].id)
    applied = desk.dispatch.apply(edit)
    assert desk.board.routes[0].route.orders == (orders[2], orders[3])
    assert set(taken.refitted) == {orders[0], orders[1]}
    desk.dispatch.apply(applied.inverse)
    assert desk.board.routes[0].route.orders == tuple(orders[:2])


def test_a_depot_whose_days_have_scenarios_is_not_deleted(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    depot = day.routes[0].route.shift.depot
    board = desk.dispatch.board(DAY, depot.id)
    scenario = scenarios.keep(board, "North", Recipe(), put_on(board, (0, 1), (2, 3)))
    assert scenarios.shelf(DAY) == ()
    assert scenarios.shelf(DAY, depot.id) == (scenario,)
    shifts = tuple(each.route.shift for each in board.routes)
    with pytest.raises(RuleError, match="1 scenarios plan its days"):
        desk.dispatch.apply(ChangeFleet(delete=(*shifts, depot)))
    scenarios.remove(scenario)
    desk.dispatch.apply(ChangeFleet(delete=(*shifts, depot)))


def test_only_a_recipe_that_keeps_locks_keeps_them(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    first, second, *_ = (order.id for order in day.unassigned)
    desk.dispatch.apply(arrange(day, {day.routes[0].id: [first], day.routes[1].id: [second]}))
    board = desk.board
    lock = LockRoutes(
        locks={board.routes[0].id: Lock.SEQUENCE},
        seen={board.routes[0].id: board.routes[0].route.version},
    )
    desk.dispatch.apply(lock)
    desk.dispatch.apply(LockBin(day=DAY, is_locked=True))
    free = scenarios.problem(desk.board, recipe(Preset.CHEAPEST, 1.0))
    assert [route.orders for route in free.routes] == [(), ()]
    assert {route.lock for route in free.routes} == {Lock.NONE}
    assert len(free.unassigned) == 4
    keeping = scenarios.problem(desk.board, recipe(Preset.LOCKS_KEPT, 1.0))
    assert [route.orders for route in keeping.routes] == [(first,), ()]
    assert keeping.unassigned == (second,)


def test_a_problem_does_not_depend_on_what_the_board_shows(
    scenarios: ScenariosService, desk: Desk, day: Board
) -> None:
    before = scenarios.problem(day, Recipe())
    orders = [order.id for order in day.unassigned]
    desk.dispatch.apply(arrange(day, {day.routes[1].id: orders[::-1]}))
    after = scenarios.problem(desk.board, Recipe())
    assert after.unassigned == before.unassigned
    assert [route.stops for route in after.routes] == [route.stops for route in before.routes]


def test_several_recipes_run_at_once_and_each_has_its_plan(
    scenarios: ScenariosService, desk: Desk
) -> None:
    desk.add_shifts(3)
    desk.add_orders(*(make_order() for _ in range(12)))
    board = desk.board
    wanted = [
        recipe(Preset.FEWEST_VANS, 0.6),
        recipe(Preset.FASTEST, 0.6),
        recipe(Preset.CHEAPEST, 0.6),
    ]
    answers = ran(scenarios, board, wanted)
    plans = [answer.plan for answer in answers if isinstance(answer, Finished)]
    assert len(plans) == 3
    made = [
        scenarios.keep(board, f"Plan {number}", each, plan)
        for number, (each, plan) in enumerate(zip(wanted, plans, strict=True))
    ]
    assert [each.figures.unassigned for each in made] == [0, 0, 0]
    assert made[0].figures.vans <= min(each.figures.vans for each in made)


def test_counted_work_finds_the_same_plan_again_whatever_the_board_shows(
    scenarios: ScenariosService, desk: Desk
) -> None:
    desk.add_shifts(2)
    desk.add_orders(*(make_order() for _ in range(12)))
    wanted = recipe(Preset.CHEAPEST, 60.0, seed=3, iterations=20)
    first, second = ran(scenarios, desk.board, [wanted, wanted])
    assert isinstance(first, Finished)
    assert isinstance(second, Finished)
    assert first.plan.routes == second.plan.routes
    made = scenarios.keep(desk.board, "First", wanted, first.plan)
    desk.dispatch.apply(scenarios.publish(desk.board, made))
    (again,) = ran(scenarios, desk.board, [made.recipe])
    assert isinstance(again, Finished)
    assert again.plan.routes == first.plan.routes


@pytest.mark.parametrize("preset", [Preset.CHEAPEST, Preset.FEWEST_VANS, Preset.BALANCED])
def test_a_kept_recipe_makes_its_plan_again(
    scenarios: ScenariosService, desk: Desk, preset: Preset
) -> None:
    desk.add_shifts(3)
    desk.add_orders(*(make_order() for _ in range(18)))
    board = desk.board
    # Little work, and half an hour for it: no machine is so busy.
    counted = scenarios.counted(board, recipe(preset, 0.05, seed=5))
    wanted = replace(counted, seconds=60.0, is_timed=False)
    assert wanted.iterations
    (first,) = ran(scenarios, board, [wanted])
    assert isinstance(first, Finished)
    assert not first.plan.is_cut_short
    made = scenarios.keep(board, "First", wanted, first.plan)
    desk.dispatch.apply(scenarios.publish(board, made))
    (again,) = ran(scenarios, desk.board, [scenarios.shelf(DAY)[0].recipe])
    assert isinstance(again, Finished)
    assert again.plan.routes == first.plan.routes


def test_the_balanced_recipe_makes_the_drivers_work_about_equally_long(
    scenarios: ScenariosService, desk: Desk
) -> None:
    desk.add_shifts(2)
    # Five orders here and three there: too much for one van, and cheapest with a van for each.
    towns = [place(53.60, 13.26)] * 5 + [place(53.50, 13.26)] * 3
    desk.add_orders(*(make_order(place=town, service_time=timedelta(minutes=80)) for town in towns))
    apart = []
    for preset in (Preset.CHEAPEST, Preset.BALANCED):
        (answer,) = ran(scenarios, desk.board, [recipe(preset, 60.0, iterations=40)])
        assert isinstance(answer, Finished)
        made = scenarios.keep(desk.board, preset.value, recipe(preset, 60.0), answer.plan)
        desk.dispatch.apply(scenarios.publish(desk.board, made))
        first, second = (each.timetable.working for each in desk.board.routes)
        apart.append(abs(first - second))
    cheapest, balanced = apart
    assert cheapest > timedelta(hours=2)
    assert balanced < timedelta(minutes=45)


def test_the_seconds_that_were_chosen_end_a_search_whose_work_is_not_done(
    scenarios: ScenariosService, day: Board
) -> None:
    asked = recipe(Preset.CHEAPEST, 2.0)
    wanted = replace(scenarios.counted(day, asked), iterations=10_000_000)
    (last,) = ran(scenarios, day, [wanted])
    assert isinstance(last, Finished)
    assert last.plan.seconds < 4.0
    assert last.plan.is_cut_short
    kept = scenarios.keep(day, "Busy", wanted, last.plan).recipe
    assert kept == asked, "the work that was not done is none to make it again"


def test_a_search_that_was_stopped_says_that_its_recipe_can_t_tell_its_plan(
    scenarios: ScenariosService, day: Board
) -> None:
    wanted = recipe(Preset.BALANCED, 10.0, iterations=10_000_000)
    runs = scenarios.start(day, [wanted])
    last = None
    while (told := runs.next_message()) is not None:
        if told.message is not None and not told.is_last:
            runs.cancel()
        last = told.message
    assert isinstance(last, Finished)
    assert last.plan.is_cut_short
    assert scenarios.keep(day, "Early", wanted, last.plan).recipe.iterations is None


def test_a_run_that_waits_for_a_core_can_be_cancelled_before_it_begins(
    scenarios: ScenariosService, day: Board
) -> None:
    runs = scenarios.start(day, [Recipe(seconds=0.5), Recipe(seconds=60.0)], cores=1)
    assert runs.at_once == 1
    runs.cancel(1)
    last = []
    while (told := runs.next_message()) is not None:
        if told.is_last:
            last.append(told.message)
    assert isinstance(last[0], Finished)
    assert isinstance(last[1], Failed)


def test_cancelling_keeps_the_best_plan_so_far(scenarios: ScenariosService, day: Board) -> None:
    runs = scenarios.start(day, [Recipe(seconds=60.0), Recipe(seconds=60.0)], cores=2)
    last = []
    while (told := runs.next_message()) is not None:
        if told.message is not None and not told.is_last:
            runs.cancel(told.number)
        if told.is_last:
            last.append(told.message)
    assert all(isinstance(message, Finished) for message in last)
