// Drags that mean something: a box with Shift, a lasso, and a pin moved to its right place.
'use strict';

const MapGestures = (() => {
  const SLACK = 4; // pixels a hand trembles

  const modifiers = (event) =>
    (event.shiftKey ? 1 : 0) + (event.ctrlKey || event.metaKey ? 2 : 0) + (event.altKey ? 4 : 0);

  // Even-odd rule; works in pixels, so that it matches what the eye saw.
  function encloses(polygon, p) {
    let inside = false;
    for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at, at += 1) {
      const a = polygon[at];
      const b = polygon[before];
      if ((a.y > p.y) !== (b.y > p.y) && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) {
        inside = !inside;
      }
    }
    return inside;
  }

  // Follow the pointer from a press to its release; Escape gives up.
  function follow(map, { moved, released, gaveUp }) {
    const container = map.getContainer();
    map.dragging.disable();
    const stop = () => {
      document.removeEventListener('mousemove', onMove, true);
      document.removeEventListener('mouseup', onUp, true);
      document.removeEventListener('keydown', onKey, true);
      map.dragging.enable();
    };
    const point = (event) => map.mouseEventToContainerPoint(event);
    const onMove = (event) => {
      event.preventDefault();
      moved(point(event));
    };
    const onUp = (event) => {
      stop();
      released(point(event), event);
    };
    const onKey = (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      stop();
      gaveUp();
    };
    document.addEventListener('mousemove', onMove, true);
    document.addEventListener('mouseup', onUp, true);
    document.addEventListener('keydown', onKey, true);
    container.focus({ preventScroll: true });
  }

  // The click that a browser sends after a drag is not a click on the map.
  function swallowClick() {
    const swallow = (event) => event.stopPropagation();
    document.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener('click', swallow, { capture: true }), 0);
  }

  function shapeOn(map) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.classList.add('lasso');
    svg.append(path);
    map.getContainer().append(svg);
    return {
      show: (points) => path.setAttribute(
        'd', points.map((p, at) => `${at ? 'L' : 'M'}${p.x} ${p.y}`).join('') + 'Z'),
      remove: () => svg.remove(),
    };
  }

  // `ask.isLasso()`, `ask.shown()` (stop markers), `tell.enclosed(ids, bits)`, `tell.lassoEnded()`.
  function enclosing(map, ask, tell) {
    map.getContainer().addEventListener('mousedown', (event) => {
      const isLasso = ask.isLasso();
      if (event.button !== 0 || !(event.shiftKey || isLasso)) return;
      if (event.target.closest('.leaflet-control')) return;
      event.stopPropagation();
      event.preventDefault();
      const start = map.mouseEventToContainerPoint(event);
      const shape = shapeOn(map);
      let points = [start];
      const end = () => {
        shape.remove();
        if (isLasso) tell.lassoEnded();
      };
      follow(map, {
        moved(p) {
          if (isLasso) points.push(p);
          else points = [start, L.point(p.x, start.y), p, L.point(start.x, p.y)];
          shape.show(points);
        },
        released(p, release) {
          end();
          if (points.length < 3 || Math.max(...points.map((q) => q.distanceTo(start))) < SLACK) return;
          swallowClick();
          const inside = ask.shown().filter((place) => encloses(points, place.point));
          tell.enclosed(inside.map((place) => place.id), modifiers(release) & (isLasso ? 7 : 6));
        },
        gaveUp: end,
      });
    }, { capture: true });
  }

  // A pressed stop follows the pointer as a ghost and springs back: it moves when the order does.
  function dragging(map, marker, event, { began, dragged }) {
    const press = event.originalEvent;
    if (press.button !== 0 || press.shiftKey || !marker.stop.movable) return;
    L.DomEvent.stop(press);
    const start = map.mouseEventToContainerPoint(press);
    let ghost = null;
    const end = () => ghost && ghost.remove();
    follow(map, {
      moved(p) {
        if (!ghost && p.distanceTo(start) < SLACK) return;
        const place = map.containerPointToLatLng(p);
        if (ghost) {
          ghost.setLatLng(place);
        } else {
          began();
          ghost = L.marker(place, {
            icon: L.divIcon({ className: 'pin-ghost', iconSize: [28, 28] }),
            interactive: false,
            keyboard: false,
          }).addTo(map);
        }
      },
      released(p) {
        if (!ghost) return;
        end();
        swallowClick();
        dragged(marker.stop.id, map.containerPointToLatLng(p));
      },
      gaveUp: end,
    });
  }

  return { modifiers, enclosing, dragging };
})();
