/* The preview: what moved levers would do to the result that is shown, at once and without the server, beside what was run and marked as
   an estimate. The sums stand in effects.js. */
(function () {
  'use strict';
  var sums = window.cockpitEffects;
  var LUCK = 2;  /* standard errors of a mean effect */
  var SEEN = 0.05;  /* part of a band's width: what moves less stays as it was run */
  var FRESH = 'preview-part';  /* class of everything that is put in, and taken out again */
  var FEW = 100;  /* draws below which a frequency is for reference only */
  var QUIET = 600;  /* milliseconds that a lever rests before the preview is read aloud */
  var state = null;  /* what the page is shown with: levers, aims, their settings now and before, words; null without a preview */
  var problem = '';  /* why there is none, or what it leaves out */
  var running = false;  /* whether a run has been asked for that will take its place */
  var quiet = 0;

  /* -- what is shown ---------------------------------------------------------------------------------------------- */

  var formats = {};
  function number(value, decimals) {
    formats[decimals] = formats[decimals] || new Intl.NumberFormat('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals});
    return formats[decimals].format(value).replace('-', '−');
  }

  function percent(share) { return share < 0.01 ? '<1%' : share > 0.99 ? '>99%' : '≈ ' + Math.round(share * 100) + '%'; }

  function element(tag, className, text) {
    var made = document.createElement(tag);
    made.className = className;
    made.textContent = text || '';
    return made;
  }

  function said(key, values) {
    return state.words[key].replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }

  function moved(name) {
    /* {aim, shift, sd, told} of a target that the moved levers move by more than the luck of measuring, else null. told: in which columns. */
    if (!state) { return null; }
    if (!(name in state.known)) {
      var aim = state.aims[name], found = aim && sums.moves(state.levers, aim, state.now, state.before);
      var told = found ? found[0].map(function (shift, k) { return Math.abs(shift) > LUCK * found[1][k] / Math.sqrt(aim.draws); }) : [];
      state.known[name] = told.some(Boolean) ? {aim: aim, shift: found[0], sd: found[1], told: told} : null;
    }
    return state.known[name];
  }

  function visible(move, column, run) {
    /* Whether a column moves by more than luck, and by enough to be seen beside its band. */
    return move.told[column] && Math.abs(move.shift[column]) >= SEEN * (run[2] - run[0]);
  }

  function judged(row) {
    /* A row's final value and chance in the preview: {q, chance, move}, or null where nothing moves it so that it can be seen. */
    var move = row.final && moved(row.aim), last = move && move.aim.columns.length - 1;
    if (!move || !visible(move, last, row.final)) { return null; }
    var q = sums.quantiles(row.final, move.shift[last], move.sd[last], move.aim.bounds);
    var counted = row.probability !== null && move.aim.window;
    return {q: q, move: move, last: last, chance: counted ? sums.chance(row.probability, row.n, row.final, q, move.aim.window) : null};
  }

  function figures(row, q) {
    var decimals = row.decimals + (q[2] - q[0] > 0 && q[2] - q[0] < 2 * Math.pow(10, -row.decimals) ? 1 : 0);
    return [number(q[1], decimals), number(q[0], decimals) + '–' + number(q[2], decimals)];
  }

  function lamp(row, share) {
    var colour = share >= row.steps[0] ? 'green' : share >= row.steps[1] ? 'amber' : 'red';
    var made = element('span', 'light ' + colour);
    made.append(element('span', 'shape'), element('span', 'word', state.words['light_' + colour]));
    made.firstChild.setAttribute('aria-hidden', 'true');
    return made;
  }

  function instead(old, parts) {
    /* Put parts in the place of an element, which comes back when the preview ends. */
    if (!old) { return; }
    var made = element(old.tagName, old.className + ' ' + FRESH);
    made.append.apply(made, parts);
    old.classList.add('before-preview');
    old.after(made);
  }

  function paintRow(place) {
    var row = place.row = place.row || JSON.parse(place.dataset.row), found = judged(row);
    if (!found) { return; }
    var words = figures(row, found.q), few = row.n && row.n < FEW ? state.words.indicative : '';
    var chances = found.chance === null ? [] : [lamp(row, found.chance), ' ' + row.called + ' ' + percent(found.chance) + ' ', element('span', 'note', few), ' '];
    var tag = element('span', 'tag', state.words.tag);
    if (place.matches('.card')) {
      if (chances.length) { instead(place.querySelector('.card-answer'), chances.concat(tag)); }
      return;
    }
    instead(place.querySelector('.c-final > div'), [element('span', 'figure', '≈ ' + words[0]), ' ', element('span', 'note', words[1]), ' ', tag]);
    if (chances.length) { instead(place.querySelector('.c-frequency > div'), [chances[0], ' ' + percent(found.chance) + ' ', chances[2]]); }
    ['.c-completion > div', '.c-verdict > div'].forEach(function (cell) {
      var old = place.querySelector(cell);
      if (old && old.textContent !== '—') { instead(old, [element('span', 'note', state.words.after_run)]); }
    });
  }

  function clear() {
    document.querySelectorAll('.' + FRESH).forEach(function (made) { made.remove(); });
    document.querySelectorAll('.before-preview').forEach(function (old) { old.classList.remove('before-preview'); });
  }

  function banner() {
    var place = document.getElementById('preview');
    if (!place) { return; }
    place.replaceChildren();
    if (problem) { place.append(element('p', 'preview-note', problem)); }
    if (state) {
      var rows = Array.from(document.querySelectorAll('tr[data-row]')).map(function (tr) { return tr.row || JSON.parse(tr.dataset.row); });
      var found = rows.map(function (row) { return {row: row, now: judged(row)}; });
      place.append(element('p', 'preview-title', said('title', {count: state.count}) + headline(found)));
      if (rows.length) { place.append(element('p', 'preview-note', strongest(found))); }
      place.append(element('p', 'preview-note', state.words[running ? 'running' : 'not_in']));
    }
    window.clearTimeout(quiet);
    quiet = window.setTimeout(read, QUIET);
  }

  function read() {
    /* What a screen reader hears, once the lever rests: every key would else be read over the slider's own value. */
    var told = document.getElementById('preview-said');
    if (told) { told.textContent = Array.from(document.querySelectorAll('#preview > p')).slice(0, 2).map(function (p) { return p.textContent; }).join(' '); }
  }

  function headline(found) {
    /* How many targets would be met; parts of one indicator count once. */
    var heads = {};
    found.forEach(function (one) { if (one.row.counts && !(one.row.counts in heads)) { heads[one.row.counts] = one; } });
    var list = Object.values(heads), met = function (one, now) {
      var share = now && one.now && one.now.chance !== null ? one.now.chance : one.row.probability;
      return one.row.fact === null || one.row.fact === undefined ? share >= 0.5 : one.row.fact;
    };
    if (!list.length) { return ''; }
    var was = list.filter(function (one) { return met(one, false); }).length, is = list.filter(function (one) { return met(one, true); }).length;
    return said('met', {was: was, now: is, of: list.length});
  }

  function strongest(found) {
    /* The three targets that move most for the width of their bands. */
    var some = found.filter(function (one) { return one.now && one.now.move.shift[one.now.last]; }).map(function (one) {
      var width = one.row.final[2] - one.row.final[0] + one.now.move.sd[one.now.last];
      return {one: one, size: Math.abs(one.now.move.shift[one.now.last]) / (width || 1e-9)};
    }).sort(function (a, b) { return b.size - a.size; }).slice(0, 3);
    if (!some.length) { return state.words.small; }
    return state.words.most + some.map(function (each) {
      var one = each.one, shift = one.now.move.shift[one.now.last], sd = sums.TENTH * one.now.move.sd[one.now.last];
      var digits = one.row.decimals + (Math.abs(shift) < 10 * Math.pow(10, -one.row.decimals) ? 1 : 0);
      return said('moves', {name: one.row.name, shift: (shift > 0 ? '+' : '') + number(shift, digits), off: number(sd, digits), unit: one.row.unit});
    }).join(state.words.stop);
  }

  function of(chart) {
    /* How the target of a chart is moved, or null. */
    var holder = state && chart.closest('[data-aim]');
    return holder ? moved(holder.dataset.aim) : null;
  }

  function figure(chart, value) {
    /* A value of a chart in words, with one decimal more than the plan prints. */
    var holder = chart.closest('[data-decimals]');
    return number(value, holder ? Number(holder.dataset.decimals) : 1);
  }

  function paint() {
    clear();
    document.body.classList.toggle('previewing', Boolean(state));
    if (state) { document.querySelectorAll('[data-row]').forEach(paintRow); }
    banner();
    window.cockpitCharts.repaint();
  }

  document.addEventListener('filled', function (event) {  /* parts of a result come one after the other */
    if (!state) { return; }
    event.target.querySelectorAll('[data-row]').forEach(paintRow);
    banner();
  });

  /* -- what Dash calls --------------------------------------------------------------------------------------------- */

  var last = null;  /* what Dash said last: [draft, panel, shown, effects] */
  var painted = '';  /* which move is on the page */

  function close(one, other) { return Math.abs(one - other) <= Math.max(1e-12, 1e-9 * Math.max(Math.abs(one), Math.abs(other))); }

  function put(levers, panel, id, value) {
    /* A slider's value among the levers that differ from the scenario, in the lever's own unit. */
    var lever = panel.levers[id], x = parseFloat(value);
    delete levers[id];
    if (lever && isFinite(x) && !close(x, lever.base)) {
      levers[id] = Math.min(lever.high, Math.max(lever.low, parseFloat((x / lever.factor).toPrecision(10))));
    }
  }

  function settings(panel, moved) {
    /* Where levers stand that differ from what effects were measured around. */
    var found = {};
    Object.keys(panel.levers).forEach(function (name) { if (panel.levers[name].own !== null) { found[name] = panel.levers[name].own; } });
    return Object.assign(found, moved);
  }

  function show(draft, panel, shown, given, page) {
    var why = '', move = '', next = null;
    var ready = draft && panel && shown && shown.done && given && [given, draft, panel].every(function (one) { return one.plan === shown.plan; });
    var asked = Boolean(ready && page && page.job !== shown.job);
    if (ready && panel.preset === draft.preset) {
      var now = settings(panel, draft.levers), before = settings(panel, shown.levers), words = panel.words;
      var changed = Object.keys(Object.assign({}, draft.levers, shown.levers)).filter(function (name) { return now[name] !== before[name]; });
      if (draft.preset !== shown.preset) { why = asked ? words.running : words.other_scenario; }
      else if (changed.length && !given.aims) { why = words[given.why.length ? 'stale' : 'none'].replace('{plan}', given.plan); }
      else if (changed.length) {
        var known = byName(given);
        next = {levers: known.levers, aims: known.aims, now: now, before: before, words: words, known: {}, count: changed.length,
          of: changed.filter(function (name) { return known.levers[name]; }).length};
        if (next.of < next.count) { why = words.unknown; }
        if (!next.of) { next = null; }
      }
      move = next || why ? JSON.stringify([shown.job, shown.lang, asked, draft.preset, now, before, why]) : '';
    }
    if (move !== painted) {
      painted = move;
      state = next;
      problem = why;
      running = asked;
      paint();
    }
  }

  var named = {of: null};
  function byName(given) {
    /* Targets and levers by name, worked out once for a plan. */
    if (named.of !== given) {
      named = {of: given, aims: {}, levers: {}};
      given.aims.forEach(function (aim) { named.aims[aim.name] = aim; });
      given.levers.forEach(function (lever) { named.levers[lever.id] = lever; });
    }
    return named;
  }

  function slide(id, value) {
    /* A slider has just been moved: shown at once, before Dash works out what else depends on it. Says whether there was anything to show. */
    if (!last || !last[0] || !last[1]) { return false; }
    var before = painted, levers = Object.assign({}, last[0].levers);
    put(levers, last[1], id, value);
    last[0] = Object.assign({}, last[0], {levers: levers});
    show.apply(null, last);
    return painted !== before;
  }

  window.cockpitPreview = {figure: figure, of: of, visible: visible, slide: slide, ready: function () { return Boolean(last && last[3]); }};
  var callbacks = window.dash_clientside = window.dash_clientside || {};
  callbacks.preview = {
    show: function () {
      last = Array.from(arguments);
      show.apply(null, last);
      return callbacks.no_update;
    },
    change: function (values, ids, panel, draft) {
      /* What is run, and what the preview is about. */
      var keep = callbacks.no_update, levers = {};
      if (!panel || !draft || panel.plan !== draft.plan || panel.preset !== draft.preset) { return [keep, keep]; }
      ids.forEach(function (id, k) { put(levers, panel, id.id, values[k]); });
      if (JSON.stringify(levers) === JSON.stringify(draft.levers)) { return [keep, keep]; }
      var count = Object.keys(levers).length;
      return [Object.assign({}, draft, {levers: levers}), count ? panel.words.moved_some.replace('{count}', count) : panel.words.moved_none];
    }
  };
}());
