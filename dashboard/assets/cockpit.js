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
    language: function (state) {
      if (state && state.lang) {
        document.documentElement.lang = state.lang === 'en' ? 'en' : 'zh-CN';
        document.title = state.title;
      }
      return callbacks.no_update;
    }
  };
}());
