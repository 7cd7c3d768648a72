/* A preview on a chart: band and median of their own above what was run, drawn straight into SVG. Plotly needs ten milliseconds a chart for
   that, and a wall screen shows twenty; it is asked only when the preview leaves the axis. */
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg';
  var ROOM = 0.4;  /* of the axis, added where a preview leaves it, so that the next move need not stretch it again */
  var LOOSE = 2.5;  /* times what is needed: then a stretched axis shrinks again */

  function run(chart) {
    /* {years, low, middle, high} of the run: the first traces of a fan are p90, p10 and the median. */
    if (!chart.run || chart.run.figure !== chart.dataset.figure) {
      var traces = JSON.parse(chart.dataset.figure).data, fan = traces.length > 2 && traces[0].name === 'p90';
      chart.run = fan ? {years: traces[2].x, low: traces[1].y, middle: traces[2].y, high: traces[0].y} : {years: []};
      chart.run.figure = chart.dataset.figure;
    }
    return chart.run;
  }

  function path(chart) {
    /* [[p10, p50, p90], …] of the preview, each with its year and whether it is told; null without one, or where none could be seen. */
    var move = window.cockpitPreview.of(chart), was = move && run(chart), seen = false;
    if (!move) { return null; }
    var found = [];
    was.years.forEach(function (year, k) {
      var place = move.aim.columns.indexOf(String(year)), old = [was.low[k], was.middle[k], was.high[k]];
      if (place < 0) { return; }
      var q = window.cockpitEffects.quantiles(old, move.shift[place], move.sd[place], move.aim.bounds);
      q.year = year;
      q.told = window.cockpitPreview.visible(move, place, old);
      seen = seen || q.told;
      found.push(q);
    });
    return seen ? found : null;
  }

  function range(chart) {
    /* The axis that a drawn chart needs for its preview, as text to compare; '' where its own will do. */
    var found = path(chart), own = chart.own;
    if (!found || !own) { return ''; }
    var all = [].concat.apply([], found), low = Math.min.apply(null, all), high = Math.max.apply(null, all);
    if (low >= own[0] && high <= own[1]) { return ''; }
    var needed = [Math.min(low, own[0]), Math.max(high, own[1])], span = needed[1] - needed[0];
    if (chart.stretched && chart.stretched[0] <= low && chart.stretched[1] >= high && chart.stretched[1] - chart.stretched[0] < LOOSE * span) {
      return chart.stretched.join();
    }
    chart.stretched = [low < own[0] ? needed[0] - ROOM * span : needed[0], high > own[1] ? needed[1] + ROOM * span : needed[1]];
    if (own[0] >= 0 && chart.stretched[0] < 0 && low >= 0) { chart.stretched[0] = 0; }
    return chart.stretched.join();
  }

  function node(name, attributes) {
    var made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    return made;
  }

  function paint(chart) {
    /* Draw the preview of a chart that Plotly has drawn, or take it away. */
    var holder = chart.parentElement, old = holder.querySelector('.preview-layer'), found = chart._fullLayout && path(chart);
    holder.classList.toggle('previewed', Boolean(found));
    if (old) { old.remove(); }
    if (!found) { return; }
    var axes = chart._fullLayout, x = axes.xaxis, y = axes.yaxis;
    function at(k, q) { return x.l2p(found[k].year).toFixed(1) + ',' + y.l2p(found[k][q]).toFixed(1); }
    var each = found.map(function (_, k) { return k; }), last = found.length - 1;
    var layer = node('svg', {'class': 'preview-layer', 'aria-hidden': 'true'});
    var plot = node('svg', {x: x._offset, y: y._offset, width: x._length, height: y._length});
    var band = each.map(function (k) { return at(k, 2); }).concat(each.slice().reverse().map(function (k) { return at(k, 0); }));
    plot.append(node('polygon', {'class': 'preview-band', points: band.join(' ')}),
      node('polyline', {'class': 'preview-median', points: each.map(function (k) { return at(k, 1); }).join(' ')}));
    each.forEach(function (k) { plot.append(node('rect', {'class': 'preview-point', x: x.l2p(found[k].year) - 3, y: y.l2p(found[k][1]) - 3, width: 6, height: 6})); });
    var high = y.l2p(found[last][1]), words = node('text', {x: x.l2p(found[last].year) - 8, y: high < 24 ? high + 20 : high - 9, 'text-anchor': 'end'});
    words.textContent = !found[last].told ? '' : '≈ ' + window.cockpitPreview.figure(chart, found[last][1]);
    plot.append(words);
    layer.append(plot);
    holder.append(layer);
  }

  window.cockpitOverlay = {paint: paint, range: range};
}());
