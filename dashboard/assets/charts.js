/* What stays as it is comes as HTML in data-html and stands in the page before the next paint.
   Charts are drawn when they come near the window, those in it first, a few at a time: what is folded away or far below costs nothing.
   A chart's box holds its figure as JSON in data-figure; a change of that, or of its preview, repaints it at once, or when it is next seen. */
(function () {
  'use strict';
  var NEAR = '50% 0px';  /* half a window above and below: drawn before it is scrolled to */
  var SLICE = 60;  /* milliseconds of drawing between two paints */
  var near = new Set();
  var drawing = false;
  var asked = name(location.hash);  /* a place that a link asks for and that may not be there yet */

  function name(hash) {
    try { return decodeURIComponent(hash.slice(1)); } catch (broken) { return ''; }
  }

  var library = null;
  function plotly() {
    library = library || (window.Plotly ? Promise.resolve() : new Promise(function (resolve, reject) {
      var script = document.createElement('script');
      var prefix = JSON.parse(document.getElementById('_dash-config').textContent).requests_pathname_prefix;
      script.src = prefix + '_dash-component-suites/plotly/package_data/plotly.min.js';
      script.onload = resolve;
      script.onerror = function () { library = null; script.remove(); reject(new Error('plotly.js did not load')); };
      document.body.appendChild(script);
    }));
    return library;
  }

  function folded(chart) { return !chart.isConnected || chart.closest('details:not([open])') || !chart.clientWidth; }

  function wanted(chart) {
    /* What a chart should be drawn of now. */
    return {figure: chart.dataset.figure, config: chart.dataset.config, range: window.cockpitOverlay.range(chart),
      preview: window.cockpitPreview.of(chart), width: chart.clientWidth, height: chart.clientHeight};
  }

  function done(chart) {
    var now = chart.drawn && wanted(chart);
    return Boolean(now) && Object.keys(now).every(function (name) { return now[name] === chart.drawn[name]; });
  }

  function draw(chart) {
    var was = chart.drawn || {}, now = wanted(chart), same = was.figure === now.figure && was.config === now.config;
    chart.drawn = now;
    if (same && was.range !== now.range) { window.Plotly.relayout(chart, {'yaxis.range': now.range ? now.range.split(',').map(Number) : chart.own.slice()}); }
    if (same && (was.width !== now.width || was.height !== now.height)) {
      window.Plotly.Plots.resize(chart).then(function () { window.cockpitOverlay.paint(chart); });
    }
    if (!same) {
      var figure = JSON.parse(chart.dataset.figure);
      window.Plotly.react(chart, figure.data, figure.layout, JSON.parse(chart.dataset.config));
      chart.own = chart._fullLayout.yaxis.range.slice();
      chart.stretched = null;
      now.range = '';  /* a preview that leaves the axis asks again */
    }
    window.cockpitOverlay.paint(chart);
  }

  function away(chart) {
    /* Pixels between a chart and the window; those in it by their height. */
    var box = chart.getBoundingClientRect();
    return box.bottom < 0 ? window.innerHeight - box.bottom : box.top;
  }

  function waiting() { return Array.from(near).filter(function (chart) { return !folded(chart) && !done(chart); }); }

  function next() {
    if (!waiting().length) { drawing = false; return; }
    plotly().then(function () {
      several();
      window.requestAnimationFrame(function () { window.setTimeout(next, 0); });  /* the window is painted, and keys are heard, in between */
    }).catch(function (fault) { drawing = false; console.error(fault); });
  }

  function several() {
    /* Draw those nearest to the window until it is time to show them. */
    var charts = waiting(), started = window.performance.now();
    var distances = new Map(charts.map(function (chart) { return [chart, away(chart)]; }));
    charts.sort(function (one, other) { return distances.get(one) - distances.get(other); });
    while (charts.length && (window.performance.now() - started < SLICE)) { draw(charts.shift()); }
  }

  function repaint() {
    /* Another preview: at once on every chart that is there; those whose axis it leaves are drawn anew. */
    near.forEach(function (chart) {
      if (!chart.drawn || folded(chart)) { return; }
      window.cockpitOverlay.paint(chart);
      chart.drawn.preview = window.cockpitPreview.of(chart);
    });
    if (window.Plotly) { several(); }
    begin();
  }

  function begin() {
    if (!drawing) { drawing = true; next(); }
  }

  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) { near.add(entry.target); } else { near.delete(entry.target); }
    });
    begin();
  }, {rootMargin: NEAR});
  var sized = new ResizeObserver(begin);

  function leave(chart) {
    if (chart.isConnected) { return; }  /* moved, not gone */
    seen.unobserve(chart);
    sized.unobserve(chart);
    near.delete(chart);
    if (chart.drawn) { window.Plotly.purge(chart); delete chart.drawn; }
  }

  function within(node, what) {
    if (!(node instanceof HTMLElement)) { return []; }
    return (node.matches(what) ? [node] : []).concat(Array.from(node.querySelectorAll(what)));
  }

  function fill(box) {
    /* React keeps its elements from one result to the next: what was put in goes before anything new stands there. */
    (box.still || []).forEach(function (node) { node.remove(); });
    box.still = [];
    if (!('html' in box.dataset)) { return; }
    var made = document.createElement('template');
    made.innerHTML = box.dataset.html;  /* made by this server, every text in it escaped */
    box.still = Array.from(made.content.childNodes);
    box.appendChild(made.content);
    box.dispatchEvent(new CustomEvent('filled', {bubbles: true}));
  }

  function reveal(id) {
    /* A link to what is folded away unfolds it. */
    var place = id && document.getElementById(id);
    if (!place) { return false; }
    for (var fold = place.closest('details'); fold; fold = fold.parentElement.closest('details')) { fold.open = true; }
    place.scrollIntoView();
    return true;
  }

  new MutationObserver(function (changes) {
    var more = false;
    changes.forEach(function (change) {
      if (change.attributeName === 'data-html') { fill(change.target); return; }  /* what that adds is heard of next */
      if (change.type === 'attributes') { begin(); return; }
      change.addedNodes.forEach(function (node) {
        more = more || node instanceof HTMLElement;
        within(node, '[data-html]').filter(function (box) { return !box.still; }).forEach(fill);
        within(node, '.chart').forEach(function (chart) { seen.observe(chart); sized.observe(chart); });
      });
      change.removedNodes.forEach(function (node) { within(node, '.chart').forEach(leave); });
    });
    if (more && asked && reveal(asked)) { asked = ''; }
  }).observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-html', 'data-figure', 'data-config']});

  window.addEventListener('hashchange', function () { asked = reveal(name(location.hash)) ? '' : name(location.hash); });
  document.addEventListener('click', function (event) {  /* the same link once more changes no address */
    var link = event.target.closest && event.target.closest('a[href^="#"]');
    if (link) { window.setTimeout(reveal, 0, name(link.hash)); }
  });
  window.addEventListener('beforeprint', function () {
    if (window.Plotly) { Array.from(document.querySelectorAll('.chart')).filter(function (chart) { return !folded(chart) && !done(chart); }).forEach(draw); }
  });
  window.cockpitCharts = {repaint: repaint, settled: function () { return !drawing && !waiting().length; }};
  if (location.pathname === '/') { plotly().catch(function () {}); }  /* while the page still asks what to show */
}());
