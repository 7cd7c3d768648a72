/* Small things that belong in the browser: the slider and its number box move together; the page says its language. */
(function () {
  'use strict';
  var callbacks = window.dash_clientside = window.dash_clientside || {};
  callbacks.cockpit = {
    together: function (slid, typed) {
      var keep = callbacks.no_update;
      var moved = callbacks.callback_context.triggered_id;
      if (!moved) { return [keep, keep]; }
      if (moved.type === 'lever-slider') { return [keep, slid]; }
      var value = parseFloat(typed);
      return [isFinite(value) ? value : keep, keep];
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
    language: function (state) {
      if (state && state.lang) {
        document.documentElement.lang = state.lang === 'en' ? 'en' : 'zh-CN';
        document.title = state.title;
      }
      return callbacks.no_update;
    }
  };
}());
