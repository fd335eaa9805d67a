// What the features of vector tiles mean, in our own words, whoever made the tiles: ours (one layer
// `basemap`), OpenMapTiles', or Protomaps'. Layer name → properties → { kind, class }.
'use strict';

const MapSchemas = (() => {
  const GREENS = {
    wood: 'wood', forest: 'wood', grass: 'grass', meadow: 'grass', grassland: 'grass',
    scrub: 'grass', heath: 'grass', wetland: 'wetland', park: 'park', garden: 'park',
    golf_course: 'park', playground: 'park', zoo: 'park', nature_reserve: 'reserve',
    protected_area: 'reserve', national_park: 'reserve', cemetery: 'garden', allotments: 'garden',
    pitch: 'sport', stadium: 'sport', track: 'sport',
  };
  const LANDS = {
    residential: 'residential', suburb: 'residential', neighbourhood: 'residential',
    urban_area: 'residential', industrial: 'industrial', commercial: 'industrial',
    retail: 'industrial', railway: 'industrial', quarry: 'industrial', school: 'public',
    university: 'public', college: 'public', kindergarten: 'public', hospital: 'public',
    farmland: 'farm', farmyard: 'farm', orchard: 'farm', sand: 'bare', beach: 'bare', rock: 'bare',
    barren: 'bare', ice: 'bare', glacier: 'bare', aerodrome: 'airport', runway: 'airport',
    pedestrian: 'square', parking: 'parking',
  };
  const PLACES = {
    city: 'city', town: 'town', village: 'village', suburb: 'suburb', quarter: 'suburb',
    borough: 'suburb', neighbourhood: 'hamlet', hamlet: 'hamlet', isolated_dwelling: 'locality',
  };
  const MINOR = ['minor', 'residential', 'unclassified', 'living_street', 'minor_road', 'road'];
  const RAIL = ['rail', 'transit'];
  const NOTHING = { kind: '', class: '' };

  const land = (name) => (GREENS[name] ? { kind: 'green', class: GREENS[name] }
    : LANDS[name] ? { kind: 'land', class: LANDS[name] } : NOTHING);
  const watercourse = (name) => ({
    kind: 'waterway', class: ['river', 'canal'].includes(name) ? 'river' : 'stream',
  });
  const boundary = (level) => ({
    kind: 'boundary',
    class: level <= 2 ? 'country' : level <= 5 ? 'state' : level <= 7 ? 'county' : 'town',
  });
  const road = (name) => {
    if (RAIL.includes(name)) return { kind: 'rail', class: 'rail' };
    return { kind: 'road', class: MINOR.includes(name) ? 'minor' : name };
  };
  const landOf = (p) => land(p.class || p.kind);

  return {
    // Ours
    basemap: (p) => p,
    // OpenMapTiles
    park: () => ({ kind: 'green', class: 'reserve' }),
    aeroway: () => ({ kind: 'land', class: 'airport' }),
    waterway: (p) => watercourse(p.class),
    building: () => ({ kind: 'building', class: '' }),
    transportation: (p) => road(p.class),
    transportation_name: (p) => road(p.class),
    boundary: (p) => boundary(p.admin_level),
    water_name: () => ({ kind: 'water', class: '' }),
    place: (p) => ({ kind: 'place', class: PLACES[p.class] || '' }),
    housenumber: () => ({ kind: 'housenumber', class: '' }),
    // Both, with `class` in the one and `kind` in the other
    landcover: landOf,
    landuse: landOf,
    water: (p) => (['river', 'canal', 'stream', 'ditch'].includes(p.kind)
      ? watercourse(p.kind) : { kind: 'water', class: '' }),
    // Protomaps
    natural: landOf,
    buildings: (p) => (p.kind === 'address'
      ? { kind: 'housenumber', class: '' } : { kind: 'building', class: '' }),
    roads: (p) => (p.kind === 'rail' ? { kind: 'rail', class: 'rail' }
      : p.kind === 'path' ? { kind: 'road', class: 'path' }
        : road((p.kind_detail || p.kind).replace(/_link$/, ''))),
    boundaries: (p) => boundary(p.kind_detail),
    places: (p) => ({ kind: 'place', class: PLACES[p.kind_detail || p.kind] || '' }),
  };
})();
