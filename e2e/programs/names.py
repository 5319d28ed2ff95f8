"""Names that are not ASCII, and names that are long."""
# needs: 3.8
# on: every
# expect: truth >= 5
import os

import truth


def größe():
    os.access(truth.CALL, os.F_OK)


def 名前():
    os.access(truth.CALL, os.F_OK)


class Ключ:
    def метод(self):
        os.access(truth.CALL, os.F_OK)


größe()
名前()
Ключ().метод()
names = {}
long = "a_name_that_goes_on_" + "and_on_" * 8
exec(compile("def %s(os, call):\n  os.access(call, os.F_OK)\n" % long, "/made/ñandú/文件.py", "exec"), names)
names[long](os, truth.CALL)
exec(compile("def emoji(os, call):\n  os.access(call, os.F_OK)\n", "/made/\U0001f40d.py", "exec"), names)
names["emoji"](os, truth.CALL)
truth.save()
