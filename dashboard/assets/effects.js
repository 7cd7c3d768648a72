/* Sums of measured effects: how far moved levers move a target, its quantiles, and the frequency of meeting it.
   They are those of scenarios/effects/curves.py, where they are explained; names are the same, and a test holds both together. */
(function () {
  'use strict';
  var TENTH = 1.2815515655446004, EDGE = 1e-3;

  function read(curve, column, x, year) {
    /* Straight between settings; null is the scenario's own, without effect. */
    var at = curve.at, last = at.length - 1, k = 0;
    if (x === null) { return 0; }
    if (x <= at[0]) { return column[0][year]; }
    if (x >= at[last]) { return column[last][year]; }
    while (x > at[k + 1]) { k += 1; }
    return column[k][year] + (column[k + 1][year] - column[k][year]) * (x - at[k]) / (at[k + 1] - at[k]);
  }

  function way(curve, old, now) {
    var rest = curve.rest === null ? curve.usual : curve.rest;
    var off = Math.max(Math.abs((old === null ? rest : old) - rest), Math.abs((now === null ? rest : now) - rest));
    return old === null || now === null || off === 0 ? 1 : Math.min(1, Math.abs(now - old) / off);
  }

  function moves(levers, aim, now, before) {
    /* [shift, sd] of every column; levers: id → curve; now, before: id → setting. */
    var shift = aim.columns.map(function () { return 0; }), spread = shift.slice(), apart = shift.slice(), count = 0;
    Object.keys(Object.assign({}, before, now)).sort().forEach(function (name) {
      var old = name in before ? before[name] : null, next = name in now ? now[name] : null;
      var curve = levers[name], own = aim.effects[name];
      if (!curve || !own || old === next) { return; }
      var part = way(curve, old, next);
      count += 1;
      aim.columns.forEach(function (_, year) {
        var step = read(curve, own.m, next, year) - read(curve, own.m, old, year);
        var off = part * Math.max(read(curve, own.s, next, year), read(curve, own.s, old, year));
        shift[year] += step;
        spread[year] += off * off;
        apart[year] += step * step;
      });
    });
    return [shift, spread.map(function (square, year) { return Math.sqrt(square + (count > 1 ? aim.apart[year] * aim.apart[year] * apart[year] : 0)); })];
  }

  function quantiles(old, shift, sd) {
    /* [p10, p50, p90] of a run, as the preview has them. */
    return [old[1] + shift - Math.hypot(old[1] - old[0], TENTH * sd), old[1] + shift, old[1] + shift + Math.hypot(old[2] - old[1], TENTH * sd)];
  }

  function below(z) {
    /* Normal distribution function: the continued series of Marsaglia (2004), exact to 1e-12 where it matters. */
    if (z < -8 || z > 8) { return z < 0 ? 0 : 1; }
    var sum = z, term = z;
    for (var n = 3; Math.abs(term) > 1e-16; n += 2) { term *= z * z / n; sum += term; }
    return 0.5 + sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  }

  function quantile(p) {
    var low = -8, high = 8;
    for (var i = 0; i < 60; i += 1) { var z = (low + high) / 2; if (below(z) < p) { low = z; } else { high = z; } }
    return (low + high) / 2;
  }

  function held(p) { return Math.min(1 - EDGE, Math.max(EDGE, p)); }

  function within(q, edges) {
    var tiny = 1e-9 * (1 + Math.abs(q[1]));
    function part(x) {
      if (x === null) { return null; }
      return below((x - q[1]) * TENTH / Math.max(x > q[1] ? q[2] - q[1] : q[1] - q[0], tiny));
    }
    return (edges[1] === null ? 1 : part(edges[1])) - (edges[0] === null ? 0 : part(edges[0]));
  }

  function chance(counted, old, now, edges) {
    return below(quantile(held(counted)) + quantile(held(within(now, edges))) - quantile(held(within(old, edges))));
  }

  window.cockpitEffects = {TENTH: TENTH, moves: moves, quantiles: quantiles, chance: chance};
}());
