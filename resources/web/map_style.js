// How the ground looks: paint and label rules for light and dark, by kind and class of a feature.
'use strict';

const MapStyle = (() => {
  const P = protomapsL;
  const LINE = 2;
  const POLYGON = 3;
  const FONT = '"Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif';

  const palettes = {
    light: {
      ground: '#f2efe9',
      grid: '#dcd6cb',
      residential: '#eae5dc',
      industrial: '#e7e2e3',
      public: '#f0e8d8',
      farm: '#eef0dd',
      grass: '#dbe9c9',
      park: '#cde5bd',
      reserve: '#e3edd4',
      sport: '#c3e0c1',
      wood: '#bcd8a8',
      wetland: '#d3e6da',
      bare: '#f1e7c8',
      paved: '#f6f4f0',
      airport: '#e3e0e6',
      water: '#a9d0e2',
      building: '#dfd7cb',
      buildingEdge: '#cbc1b2',
      rail: '#b3aca3',
      boundary: '#c3abc6',
      path: '#c3b295',
      roads: ['#ffffff', '#ffffff', '#fdf0c4', '#fbdc98', '#f5bd79'],
      casings: ['#dcd4c7', '#d3cabb', '#dcc684', '#dcb262', '#d08c45'],
      text: '#4c4a46',
      textMinor: '#6f6b64',
      textPlace: '#2e2d2b',
      textWater: '#3f7c98',
      textGreen: '#4f7a43',
      halo: '#ffffff',
    },
    dark: {
      ground: '#1d2126',
      grid: '#2c323a',
      residential: '#22272d',
      industrial: '#24262d',
      public: '#27282c',
      farm: '#1f2524',
      grass: '#1f2924',
      park: '#203027',
      reserve: '#1e2725',
      sport: '#22342c',
      wood: '#1e3128',
      wetland: '#1d2d2e',
      bare: '#2a2c28',
      paved: '#282d34',
      airport: '#292b33',
      water: '#173546',
      building: '#2d333b',
      buildingEdge: '#39404a',
      rail: '#4d535c',
      boundary: '#5a4d61',
      path: '#4b4a45',
      roads: ['#3a414a', '#444c56', '#515a63', '#66654f', '#806647'],
      casings: ['#191c20', '#171a1e', '#15181c', '#15181c', '#15181c'],
      text: '#b6bec9',
      textMinor: '#8d96a2',
      textPlace: '#e2e7ee',
      textWater: '#6fa8c4',
      textGreen: '#7fa982',
      halo: '#15181c',
    },
  };

  // Roads by weight, from alleys to motorways.
  const LEVELS = [
    ['service', 'track'],
    ['minor', 'pedestrian'],
    ['tertiary', 'secondary'],
    ['primary'],
    ['trunk', 'motorway'],
  ];
  const levelOf = new Map(LEVELS.flatMap((names, level) => names.map((name) => [name, level])));
  const level = (f) => (f.told.kind === 'road' ? levelOf.get(f.told.class) ?? -1 : -1);

  // Pixels at a zoom; streets get their true width where one can drive with a finger.
  const WIDTHS = [
    [[13, 0.5], [15, 1.8], [17, 6], [19, 14]],
    [[12, 0.6], [14, 2.2], [16, 6.5], [18, 15], [19, 24]],
    [[9, 0.7], [12, 1.8], [14, 3.8], [16, 9], [18, 19], [19, 30]],
    [[8, 0.9], [12, 2.6], [14, 4.8], [16, 10.5], [18, 21], [19, 32]],
    [[6, 1], [12, 3.2], [14, 5.4], [16, 11.5], [18, 22], [19, 34]],
  ];
  const FIRST_ZOOM = [13, 12, 9, 7, 5];

  const is = (kind, ...classes) => {
    const wanted = new Set(classes);
    return (_z, f) => f.told.kind === kind && (!wanted.size || wanted.has(f.told.class));
  };
  const area = (test) => (z, f) => f.geomType === POLYGON && test(z, f);
  const course = (test) => (z, f) => f.geomType === LINE && test(z, f);

  function paintRules(c) {
    const fill = (color, filter, more = {}) => ({
      symbolizer: new P.PolygonSymbolizer({ fill: color }),
      filter: area(filter),
      ...more,
    });
    const line = (color, stops, filter, more = {}, options = {}) => ({
      symbolizer: new P.LineSymbolizer({
        color,
        width: P.exp(1.4, stops),
        lineCap: 'round',
        lineJoin: 'round',
        ...options,
      }),
      filter: course(filter),
      ...more,
    });
    const dashed = (color, width, dash, filter, more = {}) => ({
      symbolizer: new P.LineSymbolizer({
        color, width, dash, dashColor: color, dashWidth: width, perFeature: true,
      }),
      filter: course(filter),
      ...more,
    });
    // The lower part of the list lies on the upper: a park is drawn on the district round it.
    const grounds = [
      ['land', 'residential', c.residential], ['land', 'industrial', c.industrial],
      ['land', 'farm', c.farm], ['land', 'bare', c.bare], ['green', 'reserve', c.reserve],
      ['land', 'public', c.public], ['green', 'grass', c.grass], ['green', 'wood', c.wood],
      ['green', 'wetland', c.wetland], ['green', 'garden', c.park], ['green', 'park', c.park],
      ['green', 'sport', c.sport], ['land', 'airport', c.airport],
    ].map(([kind, name, color]) => fill(color, is(kind, name)));
    const roads = (color, extra) => LEVELS.map((_names, number) =>
      line(color[number], WIDTHS[number].map(([z, w]) => [z, w + extra]),
        (_z, f) => level(f) === number,
        { minzoom: FIRST_ZOOM[number] + (extra ? 1 : 0) },
        extra ? { lineCap: 'butt' } : {}));
    return [
      ...grounds,
      fill(c.water, is('water')),
      line(c.water, [[7, 0.6], [13, 1.8], [16, 5], [19, 12]], is('waterway', 'river')),
      line(c.water, [[13, 0.6], [16, 2], [19, 5]], is('waterway', 'stream'), { minzoom: 13 }),
      fill(c.paved, is('land', 'square', 'parking'), { minzoom: 15 }),
      {
          symbolizer: new P.PolygonSymbolizer({
          fill: c.building, stroke: c.buildingEdge, width: (z) => (z >= 16 ? 0.8 : 0),
          perFeature: true,
        }),
        filter: area(is('building')),
        minzoom: 13,
      },
      dashed(c.path, 1.2, [4, 2.5], is('road', 'path'), { minzoom: 15 }),
      ...roads(c.casings, 1.6),
      ...roads(c.roads, 0),
      line(c.airport, [[12, 1], [14, 6], [16, 24]], is('land', 'airport'), { minzoom: 12 }),
      line(c.rail, [[9, 0.6], [14, 1.4], [17, 2.4]], is('rail')),
      dashed(c.ground, 1, [6, 6], is('rail', 'rail'), { minzoom: 14 }),
      dashed(c.boundary, 1.2, [7, 4, 2, 4],
        (z, f) => f.told.kind === 'boundary' && (z >= 12 || f.told.class !== 'town')),
    ];
  }

  // A name in the middle of its largest part, and once for all tiles that it reaches over.
  function within(options) {
    const text = new P.CenteredTextSymbolizer(options);
    return {
      place(layout, geometry, feature) {
        const ring = geometry.reduce((a, b) => (b.length > a.length ? b : a));
        const middle = ring[0].clone();
        for (const axis of ['x', 'y']) {
          const along = ring.map((point) => point[axis]);
          middle[axis] = (Math.min(...along) + Math.max(...along)) / 2;
        }
        const labels = text.place(layout, [[middle]], feature);
        return labels && labels.map((label) => ({
          ...label, deduplicationKey: feature.props.name, deduplicationDistance: 400,
        }));
      },
    };
  }

  function labelRules(c) {
    const names = (color, size, weight = 500) => ({
      labelProps: ['name', 'housenumber', 'addr_housenumber'], fill: color, stroke: c.halo, width: 1.6,
      font: typeof size === 'function'
        ? (z, f) => `${weight} ${size(z, f)}px ${FONT}` : `${weight} ${size}px ${FONT}`,
    });
    const place = (classes, size, minzoom, maxzoom, weight) => ({
      symbolizer: new P.CenteredTextSymbolizer(names(c.textPlace, size, weight)),
      filter: is('place', ...classes),
      minzoom,
      maxzoom,
    });
    const along = (test, size, color, minzoom, weight = 500) => ({
      symbolizer: new P.LineLabelSymbolizer({
        ...names(color, size, weight), position: P.LineLabelPlacement.Center, repeatDistance: 320,
      }),
      filter: course(test),
      minzoom,
    });
    const road = (...levels) => (_z, f) => levels.includes(level(f));
    return [
      place(['city'], P.linear([[7, 13], [12, 20], [15, 24]]), 5, 15, 700),
      place(['town'], P.linear([[9, 12], [13, 17], [15, 20]]), 8, 15, 700),
      place(['village'], P.linear([[11, 11], [14, 14], [16, 16]]), 11, 16, 600),
      place(['suburb'], P.linear([[12, 11], [15, 13.5]]), 12, 16, 600),
      place(['hamlet'], P.linear([[13, 10.5], [16, 12]]), 13, 17, 500),
      place(['station'], 11, 14, 19, 600),
      place(['locality'], 10.5, 15, 17, 500),
      along(road(3, 4), 12, c.text, 13, 600),
      along(road(2), 11.5, c.text, 14),
      {
          symbolizer: within(names(c.textWater, 11.5)),
        filter: area(is('water')),
        minzoom: 12,
      },
      along(is('waterway', 'river'), 11, c.textWater, 13),
      along(road(1), 11, c.text, 15),
      along(road(0), 10.5, c.textMinor, 17),
      {
          symbolizer: within(names(c.textGreen, 11)),
        filter: area(is('green', 'park', 'garden', 'reserve', 'wood', 'sport')),
        minzoom: 15,
      },
      {
          symbolizer: new P.CenteredTextSymbolizer(names(c.textMinor, 10)),
        filter: is('housenumber'),
        minzoom: 17,
      },
    ];
  }

  // Each rule for each layer that tiles may have; a tile without the layer costs nothing.
  const forAllLayers = (rules) => rules.flatMap((rule) =>
    Object.entries(MapSchemas).map(([dataLayer, meaning]) => ({
      ...rule,
      dataLayer,
      filter(z, f) {
        f.told ??= meaning(f.props);
        return rule.filter(z, f);
      },
    })));

  return {
    rules: (theme) => ({
      paintRules: forAllLayers(paintRules(palettes[theme])),
      labelRules: forAllLayers(labelRules(palettes[theme])),
      backgroundColor: palettes[theme].ground,
    }),
  };
})();
