// The map of partners’ actions: the points of the list beside, on a plain ground.
// The page says everything without this file.
"use strict";
(() => {
  function line(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }

  function popup(point) {
    const box = document.createElement("div");
    const link = line("a", point.title);
    link.href = point.url;
    box.append(link);
    for (const text of [point.where, point.when]) if (text) box.append(line("p", text));
    return box;
  }

  function marker(point) {
    const icon = L.divIcon({ className: "map-number map-point", html: line("span", point.number), iconSize: [28, 28] });
    const place = [Number(point.latitude), Number(point.longitude)];
    const made = L.marker(place, { icon, title: `${point.number}. ${point.title}`, alt: point.title });
    return made.bindPopup(popup(point));
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
      L.marker([Number(lowest.latitude), Number(lowest.longitude)], {
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
    const map = L.map(zone, { scrollWheelZoom: false, attributionControl: false, zoomSnap: 0.5, maxZoom: 17 });
    map.zoomControl.remove();
    L.control.zoom({ zoomInTitle: "Rapprocher", zoomOutTitle: "Éloigner" }).addTo(map);
    map.fitBounds(L.latLngBounds(points.map((p) => [Number(p.latitude), Number(p.longitude)])).pad(0.2), { maxZoom: 14 });
    L.control.scale({ imperial: false }).addTo(map);
    nameCommunes(map, points);
    for (const point of points) marker(point).addTo(map);
  });
})();
