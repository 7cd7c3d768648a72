/* Plotly's few words and its dates in Chinese. Wrapped, and handed over through PlotlyLocales when Plotly loads later. */
(function () {
  'use strict';
  var locale = {
    moduleType: 'locale',
    name: 'zh-CN',
    dictionary: {
      'Autoscale': '自动缩放',
      'Double-click on legend to isolate one trace': '双击图例只看一条线',
      'Double-click to zoom back out': '双击恢复原状',
      'Download plot as a PNG': '保存为图片',
      'Download plot': '保存图片',
      'Reset axes': '还原坐标轴',
      'Reset': '还原',
      'Show closest data on hover': '显示最近的数据',
      'Compare data on hover': '对比数据',
      'Snapshot succeeded': '图片已保存',
      'Taking snapshot - this may take a few seconds': '正在保存图片',
      'Zoom': '缩放', 'Zoom in': '放大', 'Zoom out': '缩小', 'Pan': '平移'
    },
    format: {
      days: ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'],
      shortDays: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
      months: ['一月', '二月', '三月', '四月', '五月', '六月', '七月', '八月', '九月', '十月', '十一月', '十二月'],
      shortMonths: ['1月', '2月', '3月', '4月', '5月', '6月', '7月', '8月', '9月', '10月', '11月', '12月'],
      date: '%Y年%-m月%-d日',
      year: '%Y年',
      month: '%Y年%-m月'
    }
  };
  if (typeof window.Plotly === 'undefined') {
    window.PlotlyLocales = window.PlotlyLocales || [];
    window.PlotlyLocales.push(locale);
  } else {
    window.Plotly.register(locale);
  }
}());
