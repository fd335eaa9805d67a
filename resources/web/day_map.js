// The exported page of a day: its routes on the ground that is in the page, and a list of stops.
'use strict';

(() => {
  const map = map_wayboard;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const day = read('day');
  const tiles = read('tiles');
  const colors = {
    surface: '#ffffff', raised: '#f1f3f5', ink: '#1f2429', muted: '#5c6670', border: '#d5dae0',
    accent: '#1c7ed6', bad: '#d6336c', risk: '#e8590c', good: '#2b8a3e', done: '#868e96',
  };
  const DATA_SCHEME = 'tile:';

  // What people wrote arrives here as text and stays text.
  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  for (const [use, color] of Object.entries(colors)) {
    document.documentElement.style.setProperty(`--${use}`, color);
  }
  MapLayers.setColors(colors, false);

  // The ground

  const empty = () => new Response(new ArrayBuffer(0));

  // The basemap library fetches its tiles by address; all there are lie in this page.
  window.fetch = async (address) => {
    const packed = tiles[String(address).replace(DATA_SCHEME, '')];
    if (!packed) return empty();
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream);
  };

  const hasGround = day.zooms && typeof DecompressionStream === 'function';
  const ground = hasGround
    ? protomapsL.leafletLayer({
      url: `${DATA_SCHEME}{z}/{x}/{y}`,
      maxDataZoom: day.zooms[1],
      minZoom: day.zooms[0],
      maxZoom: map.getMaxZoom(),
      attribution: '',
      noWrap: true,
      ...MapStyle.rules('light'),
    })
    : new MapLayers.GridLayer({ tileSize: 128 });
  ground.addTo(map);

  const note = L.control({ position: 'bottomright' });
  note.onAdd = () => element('div', 'map-note', hasGround ? day.attribution : '');
  note.addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  // Routes and stops

  const point = ([lat, lon]) => ({ geometry: { coordinates: [lon, lat] } });
  const every = [];
  const shifts = spread(day.routes.flatMap((route) => route.stops).concat(day.loose));

  // Pixels by which stops at the very same place step aside, in a circle round it.
  function spread(stops) {
    const groups = new Map();
    for (const stop of stops) {
      if (!stop.at) continue;
      const key = stop.at.join();
      if (groups.has(key)) groups.get(key).push(stop);
      else groups.set(key, [stop]);
    }
    const found = new Map();
    for (const group of groups.values()) {
      const radius = group.length > 1 ? Math.max(12, group.length * 3.6) : 0;
      group.forEach((stop, number) => {
        const angle = (2 * Math.PI * number) / group.length - Math.PI / 2;
        found.set(stop.id, L.point(Math.cos(angle), Math.sin(angle)).multiplyBy(radius));
      });
    }
    return found;
  }

  function described(stop) {
    const content = element('div', 'stop-note');
    content.append(element('b', '', stop.title), element('span', '', stop.reference));
    content.append(...stop.lines.map((line) => element('span', '', line)));
    content.append(...stop.problems.map((line) => element('span', 'problem', line)));
    return content;
  }

  function markerOf(stop) {
    const marker = new MapLayers.StopMarker(
      { ...point(stop.at), properties: stop }, shifts.get(stop.id));
    marker.bindPopup(() => described(stop), { maxWidth: 320 });
    return marker;
  }

  for (const route of day.routes) {
    route.layers = L.featureGroup();
    const line = new MapLayers.RouteLine({
      geometry: { coordinates: route.line }, properties: route,
    });
    line.bindPopup(() => element('b', '', route.name));
    if (route.line.length) route.layers.addLayer(line);
    for (const stop of route.stops) {
      if (!stop.at) continue;
      stop.marker = markerOf(stop);
      route.layers.addLayer(stop.marker);
    }
    every.push(route.layers.addTo(map));
  }
  const loose = L.featureGroup();
  for (const order of day.loose) {
    if (!order.at) continue;
    order.marker = markerOf(order);
    loose.addLayer(order.marker);
  }
  every.push(loose.addTo(map));
  for (const depot of day.depots) {
    const marker = new MapLayers.DepotMarker({ ...point(depot.at), properties: depot });
    marker.bindPopup(() => element('b', '', depot.title));
    every.push(marker.addTo(map));
  }

  // The list

  function entry(stop) {
    const row = element('button', 'stop');
    row.type = 'button';
    row.append(element('span', 'number', stop.number), element('span', 'time', stop.time));
    const who = element('span', 'who', stop.title);
    who.append(element('small', '', stop.lines[0]));
    row.append(who);
    row.append(...stop.problems.map((line) => element('span', 'problem', line)));
    row.disabled = !stop.marker;
    row.addEventListener('click', () => {
      map.setView(stop.marker.getLatLng(), Math.max(map.getZoom(), 15));
      stop.marker.openPopup();
    });
    return row;
  }

  function group(name, color, facts, stops, layers) {
    const box = element('details');
    const head = element('summary');
    const shown = element('input');
    shown.type = 'checkbox';
    shown.checked = true;
    shown.setAttribute('aria-label', `Show ${name}`);
    shown.addEventListener('click', (event) => event.stopPropagation());
    shown.addEventListener('change', () => {
      if (shown.checked) layers.addTo(map);
      else layers.remove();
    });
    const swatch = element('i');
    if (color) swatch.style.background = color;
    const title = element('span', 'name', name);
    title.append(element('small', '', facts.join(' · ')));
    head.append(shown, swatch, title);
    box.append(head, ...stops.map(entry));
    box.addEventListener('toggle', () => {
      if (box.open && shown.checked && layers.getLayers().length) {
        map.fitBounds(layers.getBounds(), { padding: [24, 24], maxZoom: 16 });
      }
    });
    return box;
  }

  const list = element('nav', 'day-list');
  list.append(element('h1', '', day.title));
  for (const route of day.routes) {
    list.append(group(route.name, route.color, route.facts, route.stops, route.layers));
  }
  if (day.loose.length) {
    list.append(group('On no route', '', [`${day.loose.length} orders`], day.loose, loose));
  }
  document.body.prepend(list);

  map.invalidateSize();
  const bounds = L.latLngBounds([]);
  for (const layer of every) bounds.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng());
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 16 });
})();
