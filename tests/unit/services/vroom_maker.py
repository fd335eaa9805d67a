"""Small problems as they are written for VROOM."""

from __future__ import annotations

import random
from typing import Any

PROFILES = ["car", "bike", "foot", "truck", "tricycle"]


class Maker:
    """Random small problems with most of what VROOM knows; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._size = self._random.randint(3, 9)
        self._dimensions = self._random.choice([0, 1, 2, 3])
        self._has_metres = self._chance(0.5)

    def make(self) -> dict[str, Any]:
        jobs = [self._job(number) for number in range(1, self._random.randint(3, 9))]
        shipments = [self._shipment(number) for number in range(self._random.choice([0, 1, 3]))]
        vehicles = [self._vehicle(number) for number in range(1, self._random.randint(2, 4))]
        problem: dict[str, Any] = {"jobs": jobs, "vehicles": vehicles}
        problem["matrices"] = {profile: self._matrix() for profile in PROFILES}
        return problem | ({"shipments": shipments} if shipments else {})

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _amounts(self, most: int) -> list[int]:
        return [self._random.randint(0, most) for _ in range(self._dimensions)]

    def _matrix(self) -> dict[str, Any]:
        points = [(self._random.randrange(2000), self._random.randrange(2000))] * self._size
        points = [(self._random.randrange(2000), self._random.randrange(2000)) for _ in points]
        seconds = [[abs(a - c) + abs(b - d) for c, d in points] for a, b in points]
        metres = [[each * 10 // 7 for each in row] for row in seconds]
        return {"durations": seconds} | ({"distances": metres} if self._has_metres else {})

    def _task(self, number: int) -> dict[str, Any]:
        pick = self._random.randint
        task: dict[str, Any] = {"id": number, "location_index": pick(0, self._size - 1)}
        if self._chance(0.7):
            task["service"] = pick(0, 300)
        if self._chance(0.3):
            task["setup"] = pick(0, 100)
        if self._chance(0.2):
            task["service_per_type"] = {"van": pick(0, 200)}
        if self._chance(0.4):
            start, second = pick(0, 3000), pick(4000, 6000)
            task["time_windows"] = [[start, start + pick(200, 900)], [second, second + 800]]
        return task

    def _job(self, number: int) -> dict[str, Any]:
        job = self._task(number)
        if self._chance(0.5):
            job["delivery"] = self._amounts(3)
        if self._chance(0.4):
            job["pickup"] = self._amounts(3)
        if self._chance(0.2):
            job["skills"] = [self._random.randint(1, 2)]
        if self._chance(0.3):
            job["priority"] = self._random.randint(0, 100)
        return job

    def _shipment(self, number: int) -> dict[str, Any]:
        ends = {"pickup": self._task(100 + number), "delivery": self._task(200 + number)}
        return ends | {"amount": self._amounts(3)}

    def _vehicle(self, number: int) -> dict[str, Any]:
        pick = self._random.randint
        vehicle: dict[str, Any] = {"id": number, "skills": [1, 2][: pick(0, 2)]}
        vehicle["profile"] = self._random.choice(PROFILES)
        vehicle["capacity"] = [pick(3, 8) for _ in range(self._dimensions)]
        ends = self._random.choice([("start",), ("end",), ("start", "end"), ("start", "end")])
        for end in ends:
            vehicle[f"{end}_index"] = pick(0, self._size - 1)
        if self._chance(0.5):
            vehicle["time_window"] = [pick(0, 1500), pick(6500, 9000)]
        if self._chance(0.3):
            vehicle["type"] = "van"
        if self._chance(0.3):
            vehicle["speed_factor"] = self._random.choice([0.5, 0.7, 1.5, 3])
        if self._chance(0.3):
            vehicle["max_tasks"] = pick(1, 6)
        if self._chance(0.3):
            vehicle["max_travel_time"] = pick(3000, 9000)
        if self._has_metres and self._chance(0.3):
            vehicle["max_distance"] = pick(3000, 12000)
        if self._chance(0.4):
            costs = {"fixed": pick(0, 1000), "per_hour": self._random.choice([1800, 3600])}
            vehicle["costs"] = costs | ({"per_km": 500} if self._has_metres else {})
        if self._chance(0.4):
            vehicle["breaks"] = [
                {"id": 1, "service": pick(0, 400), "time_windows": [[2000, 4000]]},
                {"id": 2, "service": 100, "time_windows": [[5000, 6000]]},
            ][: pick(1, 2)]
        return vehicle
