// Areas in which roads are closed or slow: how they look, and how one is drawn corner by corner.
'use strict';

const MapAreas = (() => {
  const STEP = 11; // pixels between two hatching lines
  const SLACK = 4; // pixels a hand trembles
  const NEAR = 10; // pixels from the first corner that close the area

  const looks = { bad: '#c01f2d', risk: '#8f5b00', accent: '#1d63d8', surface: '#ffffff' };

  const setColors = (colors) => Object.assign(looks, colors);

  // A closure is hatched in red with a full line, a slow area tinted in amber with a broken one.
  const AreaShape = L.Polygon.extend({
    initialize(area) {
      const ring = area.geometry.coordinates[0].map(([lon, lat]) => [lat, lon]);
      L.Polygon.prototype.initialize.call(this, ring, { weight: 3, smoothFactor: 0.5 });
      this.area = area.properties;
    },
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || !this._parts.length) return;
      const ctx = renderer._ctx;
      const isClosed = this.area.kind === 'closure';
      ctx.save();
      ctx.globalAlpha = this.area.now ? 1 : 0.6;
      ctx.strokeStyle = looks[isClosed ? 'bad' : 'risk'];
      ctx.fillStyle = ctx.strokeStyle;
      ctx.lineJoin = 'round';
      ctx.beginPath();
      for (const part of this._parts) {
        part.forEach((p, at) => (at ? ctx.lineTo(p.x, p.y) : ctx.moveTo(p.x, p.y)));
        ctx.closePath();
      }
      ctx.save();
      ctx.globalAlpha *= isClosed ? 0.1 : 0.2;
      ctx.fill('evenodd');
      ctx.restore();
      if (!isClosed) ctx.setLineDash([9, 6]);
      ctx.lineWidth = 2.5;
      ctx.stroke();
      if (isClosed) this._hatch(ctx);
      ctx.restore();
    },
    // Inside the outline that is the context's path.
    _hatch(ctx) {
      const view = this._renderer._bounds;
      const min = L.point(Math.max(view.min.x, this._pxBounds.min.x),
        Math.max(view.min.y, this._pxBounds.min.y));
      const max = L.point(Math.min(view.max.x, this._pxBounds.max.x),
        Math.min(view.max.y, this._pxBounds.max.y));
      ctx.clip('evenodd');
      ctx.lineWidth = 1.6;
      ctx.globalAlpha *= 0.75;
      ctx.beginPath();
      for (let at = Math.floor((min.x - max.y) / STEP) * STEP; at < max.x - min.y; at += STEP) {
        ctx.moveTo(at + min.y, min.y);
        ctx.lineTo(at + max.y, max.y);
      }
      ctx.stroke();
    },
  });

  // Each click is a corner. A double click, Enter or a click on the first corner closes the area,
  // Backspace takes the last corner back, Escape gives up. The map can still be moved.
  function drawing(map, { drawn, gaveUp }) {
    const container = map.getContainer();
    const renderer = L.svg({ padding: 0.5 });
    const look = { renderer, interactive: false, color: looks.accent, weight: 2.5 };
    let corners = null; // while somebody draws
    let pointer = null;
    let pressed = null;
    let shape = null;
    let dots = [];

    const point = (event) => map.mouseEventToContainerPoint(event);
    const isTool = (event) => event.target.closest('.leaflet-control');

    function show() {
      const places = pointer ? [...corners, pointer] : corners;
      shape.setLatLngs(places);
      while (dots.length > corners.length) dots.pop().remove();
      while (dots.length < corners.length) {
        dots.push(L.circleMarker(corners[dots.length], {
          ...look, radius: dots.length ? 4 : 6, fillColor: looks.surface, fillOpacity: 1,
        }).addTo(map));
      }
    }

    function stop() {
      shape.remove();
      for (const dot of dots) dot.remove();
      dots = [];
      corners = pointer = null;
      container.classList.remove('is-drawing');
    }

    function close() {
      if (corners.length < 3) return;
      const found = corners.map((corner) => corner.wrap()).map(({ lat, lng }) => [lat, lng]);
      stop();
      drawn(found);
    }

    container.addEventListener('mousedown', (event) => {
      pressed = point(event);
    }, { capture: true });
    container.addEventListener('mousemove', (event) => {
      if (!corners || isTool(event)) return;
      pointer = map.mouseEventToLatLng(event);
      if (corners.length) show();
    }, { capture: true });
    container.addEventListener('click', (event) => {
      if (!corners || isTool(event)) return;
      event.stopPropagation();
      // The second click of a double click, and the end of a drag that moved the map, are none.
      if (event.detail > 1 || (pressed && point(event).distanceTo(pressed) > SLACK)) return;
      const first = corners[0] && map.latLngToContainerPoint(corners[0]);
      if (corners.length >= 3 && first.distanceTo(point(event)) <= NEAR) {
        close();
        return;
      }
      corners.push(map.mouseEventToLatLng(event));
      show();
    }, { capture: true });
    container.addEventListener('dblclick', (event) => {
      if (!corners || isTool(event)) return;
      event.stopPropagation();
      close();
    }, { capture: true });
    document.addEventListener('keydown', (event) => {
      if (!corners) return;
      if (event.key === 'Enter') close();
      else if (event.key === 'Escape') {
        stop();
        gaveUp();
      } else if (event.key === 'Backspace') {
        corners.pop();
        show();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }, { capture: true });

    return {
      isOn: () => corners !== null,
      set(isOn) {
        if (corners) stop();
        if (!isOn) return;
        corners = [];
        look.color = looks.accent;
        shape = L.polygon([], { ...look, fillOpacity: 0.12, dashArray: '6 4' }).addTo(map);
        container.classList.add('is-drawing');
        container.focus({ preventScroll: true });
      },
    };
  }

  return { setColors, AreaShape, drawing };
})();
