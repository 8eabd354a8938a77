// The map of partners’ actions: the points of the list beside, on a plain ground.
// The page says everything without this file.
"use strict";
(() => {
  // Two marks closer than this on the screen, in pixels, are one: each stays easy to point at.
  const ASIDE = 72, APART = 36;

  function line(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }

  function popup(points) {
    const box = document.createElement("div");
    for (const point of points) {
      const link = line("a", `${point.number}. ${point.title}`);
      link.href = point.url;
      const first = document.createElement("p");
      first.append(link);
      box.append(first);
      for (const text of [point.where, point.when]) if (text) box.append(line("p", text));
    }
    return box;
  }

  function placeOf(point) {
    return [Number(point.latitude), Number(point.longitude)];
  }

  function grouped(map, points) {
    const groups = [];
    for (const point of points) {
      const at = map.latLngToLayerPoint(placeOf(point));
      const near = groups.find((group) => Math.abs(group.at.x - at.x) < ASIDE && Math.abs(group.at.y - at.y) < APART);
      if (near) near.points.push(point);
      else groups.push({ at, points: [point] });
    }
    return groups.map((group) => group.points);
  }

  function marker(points) {
    const numbers = Array.from(new Set(points.map((point) => point.number)));
    const label = numbers.length > 3 ? `${numbers.length} actions` : numbers.join(", ");
    const width = numbers.length > 3 ? 72 : 12 + 16 * numbers.length;
    const icon = L.divIcon({ className: "map-number map-point", html: line("span", label), iconSize: [width, 28] });
    const title = points.map((point) => `${point.number}. ${point.title}`).join(", ");
    return L.marker(placeOf(points[0]), { icon, title }).bindPopup(popup(points), { maxHeight: 260 });
  }

  // Without a ground map, the names of communes say where one is.
  function nameCommunes(map, points) {
    const communes = new Map();
    for (const point of points) {
      if (point.city) communes.set(point.city, [...(communes.get(point.city) || []), point]);
    }
    for (const [name, inside] of communes) {
      // Under the southernmost of its points, so that none hides it.
      const lowest = inside.reduce((low, point) => Number(point.latitude) < Number(low.latitude) ? point : low);
      L.marker(placeOf(lowest), {
        icon: L.divIcon({ className: "map-commune", html: line("span", name), iconSize: [160, 20], iconAnchor: [80, -16] }),
        interactive: false,
        keyboard: false,
      }).addTo(map);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const zone = document.getElementById("carte");
    const points = Array.from(document.querySelectorAll("#points li"), (item) => item.dataset);
    if (!zone || !points.length || !window.L) return;
    zone.hidden = false;
    const map = L.map(zone, { scrollWheelZoom: false, attributionControl: false, zoomControl: false, zoomSnap: 0.5, maxZoom: 17 });
    L.control.zoom({ zoomInTitle: "Rapprocher", zoomOutTitle: "Éloigner" }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.fitBounds(L.latLngBounds(points.map(placeOf)).pad(0.2), { maxZoom: 14 });
    nameCommunes(map, points);
    const marks = L.layerGroup().addTo(map);
    const draw = () => {
      marks.clearLayers();
      for (const group of grouped(map, points)) marks.addLayer(marker(group));
    };
    map.on("zoomend", draw);
    draw();
  });
})();
