// What lies on the basemap, drawn on Leaflet's canvas: routes, depots, stops and clusters of stops.
'use strict';

const MapLayers = (() => {
  const FONT = '"Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif';
  const TURN = 2 * Math.PI;
  const ARROW_EVERY = 130;

  // Replaced by the colours of the window's theme; see setColors.
  const looks = { surface: '#ffffff', ink: '#000000', accent: '#0000ff', bad: '#ff0000',
    risk: '#ff8800', good: '#008800', done: '#888888', rim: '#ffffff' };

  function setColors(colors, isDark) {
    Object.assign(looks, colors, { rim: isDark ? '#0f1215' : '#ffffff' });
  }

  // Black or white, whichever reads better on the colour (relative luminance of WCAG).
  const readable = new Map();
  function inkOn(color) {
    if (!readable.has(color)) {
      const channels = [1, 3, 5].map((at) => {
        const part = parseInt(color.slice(at, at + 2), 16) / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      const light = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
      readable.set(color, light > 0.18 ? '#14181c' : '#ffffff');
    }
    return readable.get(color);
  }

  const disc = (ctx, p, radius) => {
    ctx.beginPath();
    ctx.arc(p.x, p.y, radius, 0, TURN);
  };
  const diamond = (ctx, p, radius) => {
    const r = radius * 1.22;
    ctx.beginPath();
    ctx.moveTo(p.x, p.y - r);
    ctx.lineTo(p.x + r, p.y);
    ctx.lineTo(p.x, p.y + r);
    ctx.lineTo(p.x - r, p.y);
    ctx.closePath();
  };
  const write = (ctx, p, text, size, color) => {
    ctx.fillStyle = color;
    ctx.font = `600 ${size}px ${FONT}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(text, p.x, p.y + size * 0.06);
  };

  // A triangle warns, a disc with a bar is broken, a tick is done: told apart without colour.
  function badge(ctx, p, state) {
    if (!['bad', 'risk', 'done'].includes(state)) return;
    const color = looks[state === 'done' ? 'good' : state];
    ctx.fillStyle = color;
    ctx.strokeStyle = looks.rim;
    ctx.lineWidth = 1.2;
    ctx.beginPath();
    if (state === 'risk') {
      ctx.moveTo(p.x, p.y - 6);
      ctx.lineTo(p.x + 6, p.y + 4.5);
      ctx.lineTo(p.x - 6, p.y + 4.5);
      ctx.closePath();
    } else {
      ctx.arc(p.x, p.y, 5.4, 0, TURN);
    }
    ctx.fill();
    ctx.stroke();
    ctx.strokeStyle = inkOn(color);
    ctx.lineWidth = 1.6;
    ctx.lineCap = 'round';
    ctx.beginPath();
    if (state === 'done') {
      ctx.moveTo(p.x - 2.4, p.y);
      ctx.lineTo(p.x - 0.6, p.y + 2);
      ctx.lineTo(p.x + 2.6, p.y - 1.8);
    } else {
      ctx.moveTo(p.x, p.y - 2.8);
      ctx.lineTo(p.x, p.y + 0.6);
      ctx.moveTo(p.x, p.y + 2.8);
      ctx.lineTo(p.x, p.y + 2.9);
    }
    ctx.stroke();
  }

  // A circle marker that draws itself; Leaflet knows it by a circle and finds it under the pointer.
  const Drawn = L.CircleMarker.extend({
    _updateBounds() {
      const reach = this._radius + 12;
      this._pxBounds = new L.Bounds(
        this._point.subtract([reach, reach]), this._point.add([reach, reach]));
    },
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      const ctx = renderer._ctx;
      ctx.save();
      ctx.globalAlpha = 1;
      this.draw(ctx, this._point);
      ctx.restore();
    },
  });

  const sizeAt = (zoom) => (zoom >= 15 ? 11 : zoom >= 13 ? 10 : zoom >= 12 ? 8 : 5);

  const StopMarker = Drawn.extend({
    initialize(stop, shift) {
      const [lon, lat] = stop.geometry.coordinates;
      Drawn.prototype.initialize.call(this, [lat, lon], { bubblingMouseEvents: false });
      this.stop = stop.properties;
      this.shift = shift;
      this.isSelected = false;
    },
    // Stops at one address stand beside each other, not on top of each other.
    _project() {
      this._radius = sizeAt(this._map.getZoom()) + (this.isSelected ? 2 : 0);
      this._point = this._map.latLngToLayerPoint(this._latlng).add(this.shift);
      this._updateBounds();
    },
    select(isSelected) {
      if (this.isSelected === isSelected) return;
      this.isSelected = isSelected;
      if (!this._map) return;
      this._project();
      this.redraw();
      if (isSelected) this.bringToFront();
    },
    draw(ctx, p) {
      const stop = this.stop;
      const r = this._radius;
      const shape = stop.pickup ? diamond : disc;
      const isLoose = !stop.route;
      const color = stop.state === 'done' ? looks.done : stop.color;
      if (this.isSelected) {
        ctx.fillStyle = looks.accent;
        shape(ctx, p, r + 5);
        ctx.fill();
      }
      ctx.fillStyle = looks.rim;
      shape(ctx, p, r + 2);
      ctx.fill();
      ctx.fillStyle = isLoose ? looks.surface : color;
      shape(ctx, p, r);
      ctx.fill();
      if (isLoose || stop.uncertain) {
        ctx.strokeStyle = isLoose ? looks.ink : inkOn(color);
        ctx.lineWidth = isLoose ? 2.4 : 1.4;
        if (stop.uncertain) ctx.setLineDash([3, 2.4]);
        shape(ctx, p, r - 1);
        ctx.stroke();
        ctx.setLineDash([]);
      }
      if (stop.state === 'bad' || stop.state === 'risk') this._ring(ctx, p, shape);
      if (r >= 8) {
        const text = isLoose ? (stop.uncertain ? '?' : '') : stop.number;
        if (text) {
          write(ctx, p, text, r * (text.length > 2 ? 0.88 : 1.12),
            isLoose ? looks.ink : inkOn(color));
        } else if (isLoose) {
          ctx.fillStyle = looks.ink;
          disc(ctx, p, r * 0.28);
          ctx.fill();
        }
        badge(ctx, L.point(p.x + r * 0.85, p.y - r * 0.85), stop.state);
      }
    },
    _ring(ctx, p, shape) {
      ctx.strokeStyle = looks[this.stop.state];
      ctx.lineWidth = 2.6;
      if (this.stop.state === 'risk') ctx.setLineDash([5, 3]);
      shape(ctx, p, this._radius + 3);
      ctx.stroke();
      ctx.setLineDash([]);
    },
  });

  // Many stops as one: the number of them, in a ring of their routes' colours.
  const ClusterMarker = Drawn.extend({
    initialize(cluster) {
      const [lon, lat] = cluster.geometry.coordinates;
      const count = cluster.properties.point_count;
      Drawn.prototype.initialize.call(this, [lat, lon], {
        bubblingMouseEvents: false,
        radius: count < 10 ? 13 : count < 100 ? 17 : 21,
      });
      this.cluster = cluster.properties;
    },
    draw(ctx, p) {
      const r = this._radius;
      ctx.fillStyle = looks.rim;
      disc(ctx, p, r + 2);
      ctx.fill();
      let from = -TURN / 4;
      for (const [color, count] of Object.entries(this.cluster.colors)) {
        const to = from + (TURN * count) / this.cluster.point_count;
        ctx.fillStyle = color || looks.ink;
        ctx.beginPath();
        ctx.moveTo(p.x, p.y);
        ctx.arc(p.x, p.y, r, from, to);
        ctx.fill();
        from = to;
      }
      ctx.fillStyle = looks.surface;
      disc(ctx, p, r - 5);
      ctx.fill();
      write(ctx, p, String(this.cluster.point_count), r > 17 ? 12 : 11, looks.ink);
      if (this.cluster.bad) badge(ctx, L.point(p.x + r * 0.75, p.y - r * 0.75), 'bad');
    },
  });

  const DepotMarker = Drawn.extend({
    initialize(depot) {
      const [lon, lat] = depot.geometry.coordinates;
      Drawn.prototype.initialize.call(this, [lat, lon], { bubblingMouseEvents: false, radius: 12 });
      this.depot = depot.properties;
    },
    draw(ctx, p) {
      const square = (half, corner) => {
        ctx.beginPath();
        ctx.roundRect(p.x - half, p.y - half, 2 * half, 2 * half, corner);
        ctx.fill();
      };
      ctx.fillStyle = looks.rim;
      square(14, 5);
      ctx.fillStyle = looks.ink;
      square(12, 3.5);
      ctx.fillStyle = looks.rim; // a hall with its gate
      ctx.beginPath();
      ctx.moveTo(p.x - 7.5, p.y - 1.5);
      ctx.lineTo(p.x, p.y - 7);
      ctx.lineTo(p.x + 7.5, p.y - 1.5);
      ctx.lineTo(p.x + 7.5, p.y + 7);
      ctx.lineTo(p.x + 4, p.y + 7);
      ctx.lineTo(p.x + 4, p.y + 0.5);
      ctx.lineTo(p.x - 4, p.y + 0.5);
      ctx.lineTo(p.x - 4, p.y + 7);
      ctx.lineTo(p.x - 7.5, p.y + 7);
      ctx.closePath();
      ctx.fill();
    },
  });

  const RouteLine = L.Polyline.extend({
    initialize(route) {
      const lines = route.geometry.coordinates.map((line) => line.map(([lon, lat]) => [lat, lon]));
      L.Polyline.prototype.initialize.call(this, lines, {
        bubblingMouseEvents: false, weight: 9, smoothFactor: 1.2,
      });
      this.route = route.properties;
      this.isSelected = false;
      this.isFaded = false;
    },
    emphasise(isSelected, isFaded) {
      if (this.isSelected === isSelected && this.isFaded === isFaded) return;
      this.isSelected = isSelected;
      this.isFaded = isFaded;
      if (this._map) this.redraw();
    },
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || !this._parts.length) return;
      const ctx = renderer._ctx;
      const zoom = this._map.getZoom();
      const isOver = this.route.overlay;
      const width = (zoom >= 15 ? 5 : zoom >= 12 ? 4 : 3) + (this.isSelected ? 2 : 0);
      ctx.save();
      ctx.globalAlpha = this.isFaded ? 0.45 : 1;
      ctx.lineCap = 'round';
      ctx.lineJoin = 'round';
      ctx.beginPath();
      for (const part of this._parts) {
        part.forEach((p, at) => (at ? ctx.lineTo(p.x, p.y) : ctx.moveTo(p.x, p.y)));
      }
      if (this.isSelected && !isOver) {
        ctx.strokeStyle = looks.accent;
        ctx.lineWidth = width + 7;
        ctx.stroke();
      }
      // Another plan is a chain of beads: told from the first one's lines without colour.
      if (isOver) ctx.setLineDash([0.1, width * 2.2]);
      ctx.strokeStyle = isOver ? looks.ink : looks.rim;
      ctx.lineWidth = width + (isOver ? 3.5 : 3);
      ctx.stroke();
      ctx.strokeStyle = this.route.color;
      ctx.lineWidth = isOver ? width + 0.5 : width;
      if (this.route.estimated && !isOver) ctx.setLineDash([width * 2, width * 1.8]);
      ctx.stroke();
      ctx.setLineDash([]);
      if (zoom >= 12 && !this.route.estimated && !isOver) this._arrows(ctx, width);
      ctx.restore();
    },
    // Along the whole line and not its visible parts, so that they stay put while one pans.
    _arrows(ctx, width) {
      const bounds = this._renderer._bounds;
      const size = width * 0.55;
      ctx.strokeStyle = inkOn(this.route.color);
      ctx.lineWidth = 1.5;
      ctx.lineCap = 'butt';
      ctx.lineJoin = 'miter';
      ctx.beginPath();
      for (const ring of this._rings) {
        let walked = ARROW_EVERY / 2;
        for (let at = 1; at < ring.length; at += 1) {
          const from = ring[at - 1];
          const step = ring[at].subtract(from);
          const length = Math.hypot(step.x, step.y);
          if (!length) continue;
          const ux = step.x / length;
          const uy = step.y / length;
          while (walked <= length) {
            const tip = L.point(from.x + ux * (walked + size), from.y + uy * (walked + size));
            if (bounds.contains(tip)) {
              ctx.moveTo(tip.x - (ux * 1.6 + uy) * size, tip.y - (uy * 1.6 - ux) * size);
              ctx.lineTo(tip.x, tip.y);
              ctx.lineTo(tip.x - (ux * 1.6 - uy) * size, tip.y - (uy * 1.6 + ux) * size);
            }
            walked += ARROW_EVERY;
          }
          walked -= length;
        }
      }
      ctx.stroke();
    },
  });

  // Ground without tiles: squares to judge distance by.
  const GridLayer = L.GridLayer.extend({
    createTile() {
      const tile = L.DomUtil.create('div', 'grid-tile');
      return tile;
    },
  });

  return { setColors, StopMarker, ClusterMarker, DepotMarker, RouteLine, GridLayer };
})();
