import { describe, expect, it } from 'vitest'
import { htmlDocument, htmlOfText } from './html-document.ts'
import { safeHtml } from './safe-html.ts'
import { textOfHtml } from './text-of-html.ts'
import { uniqueBody } from './unique-body.ts'

const attacks = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)><animate onbegin=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="jav&#x09;ascript:alert(1)">x</a>',
  '<a href=" &#14; javascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<style>@import "https://evil.example/x.css";</style>',
  '<style>a{background:url(javascript:alert(1))}</style>',
  '<div style="width:e/**/xpression(alert(1))">x</div>',
  '<div style="width:\\65xpression(alert(1))">x</div>',
  '<div style="position:fixed;top:0;left:0">x</div>',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<link rel=stylesheet href=https://evil.example/x.css>',
  '<form action=https://evil.example><input name=p><button>go</button></form>',
  '<object data=x.swf></object><embed src=x.swf>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<!--><img src=x onerror=alert(1)>-->',
  '<template><script>alert(1)</script></template>',
]
const dangerous =
  /<script|<svg|<iframe|<object|<embed|<base|<meta|<link|<form|<input|<button|<template|<math|\son\w+=|javascript:|data:text|expression\(|@import|fixed/i

describe('safe HTML', () => {
  it.each(attacks)('removes what runs from %s', (html) => {
    // An attribute may show what an attack looks like.
    expect(safeHtml(html).replaceAll(/"[^"]*&[lg]t;[^"]*"/g, '""')).not.toMatch(dangerous)
  })

  it('keeps what mail consists of', () => {
    const html =
      '<html><head><style>p.MsoNormal{margin:0cm;font-family:"Calibri",sans-serif;}</style></head><body bgcolor="#ffffff">' +
      '<p class="MsoNormal" style="color:#1f497d">Hello <b>you</b></p><img src="cid:logo@a" alt="logo" width="10" />' +
      '<a href="https://a.example/?x=1&amp;y=2">link</a><table border="1"><tr><td colspan="2">x</td></tr></table></body></html>'
    expect(safeHtml(html)).toBe(html)
  })

  it('shows only the text of HTML that is nested too deeply', () => {
    expect(safeHtml('<div>'.repeat(1500) + 'a &lt; b<script>x</script>')).toBe('<p> a &lt; b </p>')
  })

  it('gives the same for its own result', () => {
    for (const html of [...attacks, '<p>a &lt;b&gt; &amp;amp; "c"</p><br>']) {
      expect(safeHtml(safeHtml(html))).toBe(safeHtml(html))
    }
  })

  it('takes time in proportion to the length of hostile HTML', () => {
    for (const unit of [
      '<div>',
      '<style>/*',
      '<p style="/*/*',
      '&#',
      '<a href="',
      '<!--',
      '<b',
      '</',
      '<table><tr><td>',
    ]) {
      const started = process.cpuUsage().user
      expect(typeof safeHtml(unit.repeat(100_000))).toBe('string')
      expect(process.cpuUsage().user - started).toBeLessThan(3_000_000)
    }
  })
})

describe('HTML and text', () => {
  it('wraps a fragment into a document, and names the charset', () => {
    const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    expect(htmlDocument('<p>x</p>')).toBe(
      `<html>\r\n<head>\r\n${meta}</head>\r\n<body>\r\n<p>x</p>\r\n</body>\r\n</html>`,
    )
    expect(htmlDocument('<html><head></head><body>x</body></html>')).toContain(`<head>\r\n${meta}</head>`)
    expect(htmlDocument('<html><body>x</body></html>')).toContain(`<html><head>\r\n${meta}</head><body>`)
    expect(htmlDocument(htmlDocument('x'))).toBe(htmlDocument('x'))
  })

  it('gives the same document when a client sends back what it got', () => {
    for (const html of [
      '<p>x</p>',
      '<html><head>\n<title>t</title></head><body>x</body></html>',
      '<html>x</html>',
      ...attacks,
    ]) {
      const shown = htmlDocument(safeHtml(html))
      expect(htmlDocument(safeHtml(shown))).toBe(shown)
    }
  })

  it('shows a text as HTML with its lines', () => {
    expect(htmlOfText('a < b\r\n  c & d\n')).toContain('a &lt; b<br>\r\n &nbsp;c &amp; d<br>\r\n</div>')
  })

  it('shows HTML as text with its paragraphs, links and images', () => {
    const html =
      '<html><head><title>t</title><style>p{}</style></head><body><h1>Title</h1><p>One<br>two</p><p><a href="https://a.example/">here</a> ' +
      '<img src="cid:1" alt=""><img src="data:image/png;base64,AAAA"></p><ul><li>x</li></ul></body></html>'
    expect(textOfHtml(html)).toBe('Title\r\n\r\nOne\r\ntwo\r\n\r\nhere <https://a.example/> [cid:1]\r\n\r\n * x')
  })

  it('takes time in proportion to the length of hostile HTML as text', () => {
    for (const unit of ['<div>', '<b', '&#', '<table><tr><td>', '<li>', '<p></p>', '<div></div>', '<a href=x>y</a>']) {
      const started = process.cpuUsage().user
      expect(typeof textOfHtml(unit.repeat(50_000))).toBe('string')
      expect(process.cpuUsage().user - started).toBeLessThan(3_000_000)
    }
  })
})

describe('the unique body', () => {
  it.each([
    ['html', '<p>new</p>', '<div id="divRplyFwdMsg" dir="ltr">From: x</div><p>old</p>'],
    ['html', '<p>new</p>', '<div class="gmail_quote"><div>On Monday x wrote:</div></div>'],
    ['html', '<p>new</p>', '<blockquote type="cite">old</blockquote>'],
    ['text', 'new', '\r\n\r\n-----Original Message-----\r\nFrom: x\r\n\r\nold'],
    ['text', 'new', '\r\n________________________________\r\nFrom: x\r\n\r\nold'],
    ['text', 'new', '\r\n\r\nOn 1 May 2026, Ada wrote:\r\n> old\r\n> older\r\n'],
    ['text', 'new', '\r\n> old\r\n>\r\n> older\r\n\r\n'],
    ['text', '> quoted\r\nnew', ''],
  ] as const)('of %s %s ends before what is quoted', (contentType, start, quoted) => {
    expect(uniqueBody(start + quoted, contentType)).toBe(start)
  })
})
