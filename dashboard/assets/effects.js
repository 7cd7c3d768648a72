/* Sums of measured effects: how far moved levers move a target, its quantiles, and the frequency of meeting it.
   They are those of scenarios/effects/curves.py, where they are explained; names are the same, and a test holds both together. */
(function () {
  'use strict';
  var TENTH = 1.2815515655446004;

  function read(curve, column, x, year) {
    /* Straight between settings; null is the scenario's own, without effect. */
    var at = curve.at, last = at.length - 1, k = 0;
    if (x === null) { return 0; }
    if (x <= at[0]) { return column[0][year]; }
    if (x >= at[last]) { return column[last][year]; }
    while (x > at[k + 1]) { k += 1; }
    return column[k][year] + (column[k + 1][year] - column[k][year]) * (x - at[k]) / (at[k + 1] - at[k]);
  }

  function spreadOf(curve, column, old, now, year) {
    var before = read(curve, column, old, year), after = read(curve, column, now, year);
    if (old === null || now === null) { return before + after; }
    var off = old - curve.usual, on = now - curve.usual;
    if (off * on < 0) { return before + after; }
    return Math.max(before, after) * (off || on ? Math.abs(now - old) / Math.max(Math.abs(off), Math.abs(on)) : 1);
  }

  function moves(levers, aim, now, before) {
    /* [shift, sd] of every column; levers: id → curve; now, before: id → setting. */
    var shift = aim.columns.map(function () { return 0; }), spread = shift.slice(), apart = shift.slice(), count = 0;
    Object.keys(Object.assign({}, before, now)).sort().forEach(function (name) {
      var old = name in before ? before[name] : null, next = name in now ? now[name] : null;
      var curve = levers[name], own = aim.effects[name];
      if (!curve || !own || old === next) { return; }
      count += 1;
      aim.columns.forEach(function (_, year) {
        var step = read(curve, own.m, next, year) - read(curve, own.m, old, year);
        var off = spreadOf(curve, own.s, old, next, year);
        shift[year] += step;
        spread[year] += off * off;
        apart[year] += step * step;
      });
    });
    return [shift, spread.map(function (square, year) { return Math.sqrt(square + (count > 1 ? aim.apart[year] * aim.apart[year] * apart[year] : 0)); })];
  }

  function quantiles(old, shift, sd, bounds) {
    /* [p10, p50, p90] of a run, as the preview has them. bounds: natural ones, null where open. */
    var low = bounds && bounds[0] !== null ? bounds[0] : -Infinity, high = bounds && bounds[1] !== null ? bounds[1] : Infinity;
    return [-Math.hypot(old[1] - old[0], TENTH * sd), 0, Math.hypot(old[2] - old[1], TENTH * sd)].map(function (off) {
      return Math.min(high, Math.max(low, old[1] + shift + off));
    });
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

  function within(q, edges) {
    var tiny = 1e-9 * (1 + Math.abs(q[1]));
    function part(x) {
      if (x === null) { return null; }
      return below((x - q[1]) * TENTH / Math.max(x > q[1] ? q[2] - q[1] : q[1] - q[0], tiny));
    }
    return (edges[1] === null ? 1 : part(edges[1])) - (edges[0] === null ? 0 : part(edges[0]));
  }

  function chance(counted, n, old, now, edges) {
    var edge = 0.5 / (n + 1);
    function held(p) { return Math.min(1 - edge, Math.max(edge, p)); }
    return held(below(quantile(held(counted)) + quantile(held(within(now, edges))) - quantile(held(within(old, edges)))));
  }

  window.cockpitEffects = {TENTH: TENTH, moves: moves, quantiles: quantiles, chance: chance};
}());
