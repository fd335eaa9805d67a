"""The parts of a region together, from an extract to a leg on the road."""

from __future__ import annotations

from app.domain.addresses import Address, Precision
from app.domain.travel import Profile
from app.roads.addresses import AddressIndex
from app.roads.matrix_cache import MatrixCache
from app.roads.network import RoadNetwork
from app.roads.region import Region


def test_two_typed_addresses_become_a_leg_along_the_roads(
    region: Region, index: AddressIndex, network: RoadNetwork
) -> None:
    typed = [
        Address(street="Veilchenweg 6b", postcode="17033", city="Neubrandenburg"),
        Address(street="am teufelsbruch 9", postcode="17094", city="Burg Stargard"),
    ]
    places = [index.lookup(address)[0].place for address in typed]
    assert [place.precision for place in places] == [Precision.ROOFTOP] * 2

    locations = [place.location for place in places]
    travel = MatrixCache(region.folder, network).matrix(locations, Profile.VAN)
    (leg,) = network.legs(locations, Profile.VAN)
    assert abs(leg.seconds - travel.seconds[0][1]) <= 10
    assert leg.metres > 4_000
    assert len(leg.shape) > 50
