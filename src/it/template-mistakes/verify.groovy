def log = new File(basedir, 'build.log').text
assert log =~ /templates.node.etc.first-mistake\.vm:2:\d+: /
assert log =~ /templates.all.etc.second-mistake\.vm:1:\d+: /
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
