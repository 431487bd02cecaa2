"""How often words stand in sentences on trials and cells: what tells little, and what much."""

from __future__ import annotations

from typing import Final

_PER_THOUSAND: Final = """
    the:517 of:482 and:432 in:326 to:267 a:228 with:219 for:177 were:142 was:135 patients:127 cells:98 at:95
    is:91 treatment:90 clinical:88 or:87 bone:82 after:81 stem:81 by:76 autologous:76 study:72 be:70 from:69
    that:68 1:67 this:66 tissue:65 2:65 as:65 mesenchymal:63 months:63 cell:61 on:60 3:59 6:57 implantation:57
    an:56 mscs:53 results:53 up:52 marrow:49 are:48 4:48 group:47 score:47 5:46 years:45 12:44 follow:44 0:40
    will:40 using:39 derived:37 have:36 p:35 outcomes:34 no:34 all:34 outcome:33 significant:31 than:31 not:30
    treated:30 between:29 studies:29 compared:29 10:29 transplantation:29 patient:28 showed:28 scores:27 we:27
    7:27 significantly:27 24:26 msc:26 mean:25 into:25 time:25 based:25 therapy:25 8:25 weeks:25 year:25
    can:24 used:24 has:24 disease:23 one:23 which:22 more:22 been:22 performed:22 evaluation:22 pain:22
    there:21 groups:21 injection:21 these:21 safety:21 both:21 9:20 use:20 two:20 improvement:20 term:20
    human:20 s:19 may:19 level:19 potential:19 methods:19 improved:19 analysis:19 had:19 evaluated:18 who:18
    associated:18 trial:18 control:18 age:18 i:18 baseline:18 efficacy:17 other:17 high:17 evidence:17 but:17
    evaluate:17 18:16 quality:16 function:16 total:16 over:15 assessed:15 randomized:15 however:15 scale:15
    days:15 better:15 during:15 review:15 it:15 rate:15 full:15 criteria:15 ii:14 long:14 also:14 second:14
    reported:14 adipose:14 higher:14 most:14 three:14 good:14 change:14 post:14 normal:14 any:13 blood:13
    adverse:13 including:13 their:13 first:13 stromal:13 purpose:13 like:13 observed:13 assessment:13
    demonstrated:12 number:12 underwent:12 vitro:12 new:12 cord:12 single:12 within:12 day:12 allogeneic:12
    such:12 changes:12 well:12 following:12 data:12 36:12 c:12 cases:11 large:11 intra:11 increased:11 14:11
    before:11 each:11 phase:11 infusion:11 15:11 found:11 non:11 generation:11 functional:11 isolated:11
    different:11 month:11 effective:11 30:11 events:11 cultured:11 n:11 without:11 type:11 vivo:11 our:10
    if:10 05:10 included:10 system:10 20:10 severe:10 related:10 only:10 effect:10 therapeutic:10 dose:10
    respectively:10 conclusion:10 controlled:10 present:10 11:10 inclusion:10 differentiation:10 iv:10
    further:10 symptomatic:10 factors:10 test:9 injected:9 combined:9 differences:9 subjects:9 standard:9
    activity:9 while:9 19:9 could:9 case:9 when:9 implanted:9 umbilical:9 16:9 primary:9 average:9
    difference:9 current:9 obtained:9 period:9 week:9 50:9 through:9
"""
"""Sentences of a thousand that have the word: publications and registrations on trials and on stem cells."""

COMMON_WORDS: Final = {
    word: int(number) / 1000 for word, _, number in (item.partition(":") for item in _PER_THOUSAND.split())
}
"""The chance that a sentence has the word; others are rarer."""
