// The map's own program: takes values from the window, shows them, and tells it of gestures.
'use strict';

(() => {
  const map = map_wayboard;
  const root = document.documentElement;
  const CLUSTER_FROM = 300; // stops in view
  const CLUSTER_BELOW = 14; // zoom

  let bridge = null;
  let texts = {};
  let theme = 'light';
  let tiles = null;
  let ground = null;
  let depots = [];
  let routes = []; // those below that are known, in their sequence
  let routeKeys = [];
  const lines = new Map(); // key → line of a route
  let areas = [];
  let stops = new Map(); // id → marker, shown or not
  let shown = []; // markers of stops and clusters on the map
  let clusters = null;
  let isClustered = false;
  let visible = { routes: null, unassigned: true };
  let selected = { stops: new Set(), routes: new Set() };
  let isLasso = false;
  let mark = null;

  // What people wrote arrives here as text and stays text.
  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  // Ground

  function showGround() {
    if (ground) ground.remove();
    const note = tiles ? tiles.attribution : texts.no_tiles;
    attribution.textContent = note || '';
    if (!tiles) {
      ground = new MapLayers.GridLayer({ tileSize: 128 });
    } else if (tiles.kind === 'vector') {
      ground = protomapsL.leafletLayer({
        url: tiles.url,
        maxDataZoom: tiles.max_zoom,
        minZoom: tiles.min_zoom,
        maxZoom: map.getMaxZoom(),
        bounds: L.latLngBounds(tiles.bounds).pad(0.01),
        attribution: '',
        noWrap: true,
        ...MapStyle.rules(theme),
      });
    } else {
      ground = L.tileLayer(tiles.url, {
        minNativeZoom: tiles.min_zoom,
        maxNativeZoom: tiles.max_zoom,
        maxZoom: map.getMaxZoom(),
        bounds: tiles.bounds,
        className: 'raster-tiles',
        noWrap: true,
      });
    }
    ground.on('load', () => bridge.quiet());
    ground.addTo(map);
    ground.bringToBack();
  }

  // Things on it

  const isShown = (routeId) => (routeId
    ? visible.routes === null || visible.routes.includes(routeId) : visible.unassigned);

  function listen(layer, properties, clicked) {
    // While something is dragged, what lies under it is of no interest.
    layer.on('mouseover', (event) =>
      map.dragging.enabled() && showTip(event.latlng, properties));
    layer.on('mouseout', () => map.closeTooltip(tip));
    layer.on('click', (event) => clicked(event.originalEvent));
  }

  function setDepots(collection) {
    for (const depot of depots) depot.remove();
    depots = collection.features.map((feature) => new MapLayers.DepotMarker(feature));
    for (const depot of depots) {
      listen(depot, depot.depot, () => {});
      depot.addTo(map);
    }
    stack();
  }

  function setAreas(collection) {
    for (const area of areas) area.remove();
    areas = collection.features.map((feature) => new MapAreas.AreaShape(feature));
    for (const area of areas) {
      listen(area, area.area, () => {});
      area.addTo(map);
    }
    stack();
  }

  // The keys of all routes, in their sequence; each comes on its own, before or after.
  function setRoutes(keys) {
    routeKeys = keys;
    const known = new Set(keys);
    for (const [key, line] of lines) {
      if (known.has(key)) continue;
      line.remove();
      lines.delete(key);
    }
    arrangeRoutes();
  }

  function setRoute(feature) {
    const line = new MapLayers.RouteLine(feature);
    const before = lines.get(line.route.key);
    if (before) before.remove();
    lines.set(line.route.key, line);
    listen(line, line.route, (event) =>
      bridge.click_route(line.route.id, MapGestures.modifiers(event)));
    arrangeRoutes();
  }

  function arrangeRoutes() {
    routes = routeKeys.filter((key) => lines.has(key)).map((key) => lines.get(key));
    // Of lines that are sent to the back one after the other, the first stays highest.
    routes.sort((a, b) => Number(b.route.overlay) - Number(a.route.overlay));
    showRoutes();
  }

  function showRoutes() {
    for (const line of routes) {
      if (isShown(line.route.id)) line.addTo(map);
      else line.remove();
    }
    emphasise();
    stack();
  }

  function setStops(collection) {
    map.closeTooltip(tip);
    for (const marker of shown) marker.remove();
    shown = [];
    const shifts = spread(collection.features);
    stops = new Map(collection.features.map((feature, at) =>
      [feature.properties.id, new MapLayers.StopMarker(feature, shifts[at])]));
    for (const marker of stops.values()) {
      listen(marker, marker.stop, (event) =>
        bridge.click_stop(marker.stop.id, MapGestures.modifiers(event)));
      marker.on('mousedown', (event) => drawing.isOn() || MapGestures.dragging(map, marker, event, {
        began: () => map.closeTooltip(tip),
        dragged(id, place) {
          const { lat, lng } = place.wrap();
          bridge.drag_stop(id, lat, lng);
        },
      }));
    }
    regroup();
  }

  // Pixels by which stops at the very same place step aside, in a circle round it.
  function spread(features) {
    const places = new Map();
    features.forEach((feature, at) => {
      const key = feature.geometry.coordinates.join();
      if (places.has(key)) places.get(key).push(at);
      else places.set(key, [at]);
    });
    const shifts = features.map(() => L.point(0, 0));
    for (const group of places.values()) {
      if (group.length < 2) continue;
      const radius = Math.max(12, group.length * 3.6);
      group.forEach((at, number) => {
        const angle = (2 * Math.PI * number) / group.length - Math.PI / 2;
        shifts[at] = L.point(Math.cos(angle), Math.sin(angle)).multiplyBy(radius);
      });
    }
    return shifts;
  }

  const wanted = () => [...stops.values()].filter((marker) => isShown(marker.stop.route));

  // After a change of the stops or of which are shown: index them anew and draw.
  function regroup() {
    clusters = null;
    const markers = wanted();
    if (markers.length > CLUSTER_FROM) {
      clusters = new Supercluster({
        radius: 46,
        maxZoom: CLUSTER_BELOW - 1,
        map: (stop) => ({ colors: { [stop.color]: 1 }, bad: stop.state === 'bad' ? 1 : 0 }),
        reduce(sum, part) {
          sum.bad += part.bad;
          sum.colors = { ...sum.colors };
          for (const [color, count] of Object.entries(part.colors)) {
            sum.colors[color] = (sum.colors[color] || 0) + count;
          }
        },
      });
      clusters.load(markers.map((marker) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [marker.getLatLng().lng, marker.getLatLng().lat] },
        properties: marker.stop,
      })));
    }
    showStops(true);
  }

  function showStops(isChanged) {
    const isDense = dense();
    if (!isChanged && !isDense && !isClustered) return;
    for (const marker of shown) marker.remove();
    isClustered = isDense;
    shown = isDense ? withSelected(clusteredMarkers()) : wanted();
    for (const marker of shown) marker.addTo(map);
    emphasise();
  }

  // A selected stop is seen, even where the others are only counted.
  function withSelected(markers) {
    const drawn = new Set(markers);
    for (const id of selected.stops) {
      const marker = stops.get(id);
      if (marker && isShown(marker.stop.route)) drawn.add(marker);
    }
    return [...drawn];
  }

  function dense() {
    if (!clusters || map.getZoom() >= CLUSTER_BELOW) return false;
    const view = map.getBounds();
    let count = 0;
    for (const marker of stops.values()) {
      if (isShown(marker.stop.route) && view.contains(marker.getLatLng())) count += 1;
    }
    return count > CLUSTER_FROM;
  }

  function clusteredMarkers() {
    const view = map.getBounds().pad(0.25);
    const box = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
    return clusters.getClusters(box, Math.round(map.getZoom())).map((feature) => {
      if (!feature.properties.cluster) return stops.get(feature.properties.id);
      const marker = new MapLayers.ClusterMarker(feature);
      marker.on('click', () => map.flyTo(
        marker.getLatLng(), clusters.getClusterExpansionZoom(feature.properties.cluster_id),
        { duration: 0.3 }));
      return marker;
    });
  }

  function emphasise() {
    const anyRoute = selected.routes.size > 0;
    for (const line of routes) {
      const isSelected = selected.routes.has(line.route.id);
      line.emphasise(isSelected, anyRoute && !isSelected);
    }
    for (const [id, marker] of stops) marker.select(selected.stops.has(id));
    for (const marker of shown) {
      if (marker.isSelected) marker.bringToFront();
    }
  }

  // Areas under routes under depots under stops; a selected route above the others. The last sent to the
  // back lies lowest.
  function stack() {
    for (const depot of depots) depot.bringToBack();
    for (const line of routes) if (line._map && line.isSelected) line.bringToBack();
    for (const line of routes) if (line._map && !line.isSelected) line.bringToBack();
    for (const area of areas) area.bringToBack();
  }

  // Tooltip

  const tip = L.tooltip({ className: 'map-tip', direction: 'right', offset: [14, 0], opacity: 1 });

  function showTip(place, { title, lines = [] }) {
    if (!title && !lines.length) return;
    const content = element('div');
    content.append(element('b', '', title), ...lines.map((line) => element('span', '', line)));
    tip.setLatLng(place).setContent(content).openOn(map);
  }

  // Tools

  const attribution = element('div', 'map-note');
  const note = L.control({ position: 'bottomright' });
  note.onAdd = () => attribution;
  note.addTo(map);
  let scale = null;

  function setUnits(units) {
    if (scale) scale.remove();
    const { metric } = units;
    scale = L.control.scale({ metric, imperial: !metric, position: 'bottomleft' }).addTo(map);
  }

  const TOOLS = {
    zoom_in: ['M9 3v12M3 9h12', () => map.zoomIn()],
    zoom_out: ['M3 9h12', () => map.zoomOut()],
    fit: ['M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4', () => fitAll()],
    lasso: ['M9 3c4 0 6.5 1.8 6.5 4.5S13 12 9 12 2.5 10.2 2.5 7.5 5 3 9 3M6 11.7c-2 1-2 3.3 0 3.8',
      () => setLasso(!isLasso)],
  };
  const buttons = new Map();
  const bar = element('div', 'map-tools');
  for (const [name, [path, act]] of Object.entries(TOOLS)) {
    const button = element('button');
    button.type = 'button';
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 18 18');
    const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    drawing.setAttribute('d', path);
    svg.append(drawing);
    button.append(svg);
    button.addEventListener('click', act);
    bar.append(button);
    buttons.set(name, button);
  }
  L.DomEvent.disableClickPropagation(bar);
  const tools = L.control({ position: 'topright' });
  tools.onAdd = () => bar;
  tools.addTo(map);

  function setTexts(given) {
    texts = given;
    for (const [name, button] of buttons) {
      button.title = texts[name];
      button.setAttribute('aria-label', texts[name]);
    }
  }

  function setLasso(isOn) {
    if (isLasso && !isOn && bridge) bridge.end_lasso();
    isLasso = isOn;
    map.getContainer().classList.toggle('is-lasso', isOn);
    buttons.get('lasso').setAttribute('aria-pressed', String(isOn));
  }

  function setTheme({ name, colors }) {
    theme = name;
    root.dataset.theme = name;
    for (const [use, color] of Object.entries(colors)) root.style.setProperty(`--${use}`, color);
    MapLayers.setColors(colors, name === 'dark');
    MapAreas.setColors(colors);
    showGround();
    for (const layer of [...areas, ...routes, ...depots, ...shown]) if (layer._map) layer.redraw();
  }

  // Where one looks

  let fitted = null;

  function fit(bounds) {
    map.invalidateSize({ animate: false });
    map.fitBounds(bounds, { padding: [28, 28], maxZoom: 16, animate: false });
    fitted = { bounds, center: map.getCenter(), zoom: map.getZoom() };
  }

  function fitAll() {
    const places = [...wanted(), ...depots].map((marker) => marker.getLatLng());
    if (places.length) fit(L.latLngBounds(places));
    else if (tiles) fit(tiles.bounds);
  }

  // What was fitted stays in view when the pane changes its size, until somebody looks elsewhere.
  map.on('resize', () => {
    if (!fitted || map.getZoom() !== fitted.zoom) return;
    const away = map.latLngToContainerPoint(fitted.center).distanceTo(map.getSize().divideBy(2));
    if (away < 3) fit(fitted.bounds);
  });

  function reveal(ids) {
    const places = ids.filter((id) => stops.has(id)).map((id) => stops.get(id).getLatLng());
    const view = map.getBounds().pad(-0.05);
    if (!places.length || places.every((place) => view.contains(place))) return;
    const bounds = L.latLngBounds(places);
    if (map.getBoundsZoom(bounds) >= map.getZoom()) map.panTo(bounds.getCenter());
    else fit(bounds);
  }

  // Where somebody may put something; it lets every gesture through.
  function setMark(place) {
    if (mark) mark.remove();
    mark = null;
    if (!place) return;
    const look = L.divIcon({ className: 'place-mark', iconSize: [36, 36] });
    mark = L.marker(place, { icon: look, interactive: false, keyboard: false }).addTo(map);
  }

  // Gestures

  MapGestures.enclosing(map, {
    isLasso: () => isLasso,
    shown: () => wanted().map((marker) => ({
      id: marker.stop.id,
      point: map.latLngToContainerPoint(marker.getLatLng()).add(marker.shift),
    })),
  }, {
    enclosed: (ids, bits) => bridge.enclose(ids, bits),
    lassoEnded: () => setLasso(false),
  });

  const drawing = MapAreas.drawing(map, {
    drawn: (corners) => bridge.draw_area(corners),
    gaveUp: () => bridge.end_drawing(),
  });

  map.on('click', (event) => {
    const { lat, lng } = event.latlng.wrap();
    bridge.click_ground(lat, lng, MapGestures.modifiers(event.originalEvent));
  });
  map.on('contextmenu', (event) => {
    const { lat, lng } = event.latlng.wrap();
    const under = shown.find((marker) => marker.stop
      && marker._containsPoint(map.mouseEventToLayerPoint(event.originalEvent)));
    const { x, y } = event.containerPoint.round();
    bridge.open_menu(under ? under.stop.id : '', lat, lng, x, y);
  });
  map.on('moveend', () => showStops(false));
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && isLasso) setLasso(false);
    else if (event.key === 'l' || event.key === 'L') setLasso(!isLasso);
    else if (event.key === 'Home') fitAll();
  });

  new QWebChannel(qt.webChannelTransport, (channel) => {
    bridge = channel.objects.bridge;
    const take = (signal, act) => signal.connect((text) => act(JSON.parse(text)));
    take(bridge.texts_changed, setTexts);
    take(bridge.units_changed, setUnits);
    take(bridge.theme_changed, setTheme);
    take(bridge.tiles_changed, (given) => {
      tiles = given;
      showGround();
    });
    take(bridge.depots_changed, setDepots);
    take(bridge.routes_changed, setRoutes);
    take(bridge.route_changed, setRoute);
    take(bridge.stops_changed, setStops);
    take(bridge.areas_changed, setAreas);
    take(bridge.mark_changed, setMark);
    take(bridge.drawing_changed, (isOn) => {
      if (isOn) setLasso(false);
      map.closeTooltip(tip);
      drawing.set(isOn);
    });
    take(bridge.visibility_changed, (given) => {
      visible = given;
      showRoutes();
      regroup();
    });
    take(bridge.selection_changed, (given) => {
      selected = { stops: new Set(given.stops), routes: new Set(given.routes) };
      if (isClustered) showStops(true);
      else emphasise();
      stack();
    });
    take(bridge.fit_requested, fit);
    take(bridge.reveal_requested, reveal);
    take(bridge.lasso_changed, setLasso);
    showGround();
    bridge.ready();
  });
})();
