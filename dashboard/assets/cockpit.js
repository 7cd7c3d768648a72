/* Small things that belong in the browser: the slider and its number box move together; the page says its language. */
(function () {
  'use strict';
  function narrow(words) {
    /* Levers that do not hold every word typed are hidden; a group with a hit opens, and folds again as it was. */
    var wanted = String(words || '').toLowerCase().split(/\s+/).filter(Boolean);
    var found = 0;
    document.querySelectorAll('#levers .lever').forEach(function (row) {
      var text = row.getAttribute('data-search') || '';
      var hit = wanted.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !hit;
      if (hit) { found += 1; }
    });
    document.querySelectorAll('#levers .lever-group').forEach(function (group) {
      if (!('folded' in group.dataset)) { group.dataset.folded = group.open ? '' : 'yes'; }
      group.hidden = group.querySelectorAll('.lever:not([hidden])').length === 0;
      if (wanted.length) { group.open = !group.hidden; } else { group.open = group.dataset.folded !== 'yes'; delete group.dataset.folded; }
    });
    var said = document.getElementById('lever-found');
    if (said) { said.textContent = wanted.length ? said.getAttribute('data-words').replace('#', found) : ''; }
  }
  function painted(answer) {
    /* The answer once the window has been painted: what is seen goes before what else depends on it. */
    return new Promise(function (resolve) {
      function give() { resolve(answer); }
      window.requestAnimationFrame(function () { window.setTimeout(give, 0); });
      window.setTimeout(give, 100);  /* a window in the background is not painted */
    });
  }

  var callbacks = window.dash_clientside = window.dash_clientside || {};
  callbacks.cockpit = {
    together: function (slid, typed) {
      var keep = callbacks.no_update;
      var moved = callbacks.callback_context.triggered_id;
      if (!moved) { return [keep, keep]; }
      var value = parseFloat(moved.type === 'lever-slider' ? slid : typed);
      var both = moved.type === 'lever-slider' ? [keep, slid] : [isFinite(value) ? value : keep, keep];
      try {
        return window.cockpitPreview.slide(moved.id, value) ? painted(both) : both;
      } catch (fault) {  /* a preview that fails must not hold the slider */
        console.error(fault);
        return both;
      }
    },
    narrow: function (words) {
      window.setTimeout(function () { narrow(words); }, 0);  /* after a list made anew stands in the page */
      return callbacks.no_update;
    },
    fold: function () {
      /* On a phone the answer matters more than thirteen sliders: they start folded. */
      if (window.innerWidth < 640) {
        window.setTimeout(function () {
          var block = document.getElementById('lever-block');
          if (block) { block.open = false; }
        }, 0);
      }
      return callbacks.no_update;
    },
    drawn: function (shown) {
      /* Says what is shown once the charts in the window stand there, or two seconds later: only then is the rest of the page asked for. */
      if (!shown || !shown.done) { return callbacks.no_update; }
      var looks = 0;
      return new Promise(function (resolve) {
        (function look() {
          looks += 1;
          if (looks > 40 || (document.querySelector('#fans-part .chart') && window.cockpitCharts.settled())) { resolve(shown); } else { window.setTimeout(look, 50); }
        }());
      });
    },
    language: function (state) {
      if (state && state.lang) {
        document.documentElement.lang = state.lang === 'en' ? 'en' : 'zh-CN';
        document.title = state.title;
      }
      return callbacks.no_update;
    }
  };
}());
