"""The district: its units, the people of its offices, and the experts of its pool."""

from portal.home.seed.shapes import Expert, Person, Unit

DISTRICT = Unit("chengjiang", "示例市澄江区民政局", "CJ")
STREETS = {
    Unit("qingshi", "青石街道", "CJ-QS"): (
        Unit("shibanxiang", "石板巷社区", "CJ-QS-01"),
        Unit("zhuyuanli", "竹园里社区", "CJ-QS-02"),
        Unit("qiaodong", "桥东社区", "CJ-QS-03"),
    ),
    Unit("wanghu", "望湖街道", "CJ-WH"): (
        Unit("hubin", "湖滨新村社区", "CJ-WH-01"),
        Unit("liulang", "柳浪社区", "CJ-WH-02"),
        Unit("nantang", "南塘社区", "CJ-WH-03"),
    ),
    Unit("yunqi", "云栖街道", "CJ-YQ"): (
        Unit("yunxi", "云溪社区", "CJ-YQ-01"),
        Unit("chashan", "茶山社区", "CJ-YQ-02"),
        Unit("xinqiao", "新桥社区", "CJ-YQ-03"),
    ),
}

ADMINISTRATOR = Person("administrator", "沈知微", "0570-3330001")
OFFICER = Person("officer", "陆以宁", "0570-3330011")
SECOND_OFFICER = Person("officer2", "顾清川", "0570-3330012")
APPROVER = Person("approver", "方若谷", "0570-3330021")
FINANCE = Person("finance", "傅景行", "0570-3330031")
CASHIER = Person("cashier", "苏小禾", "0570-3330032")
SUPERVISOR = Person("supervisor", "严怀瑾", "0570-3330041")
EVALUATOR = Person("evaluator", "温若言", "0570-3330051")
COMMUNITY = Person("community", "夏竹君", "0570-3330061")

EXPERTS = (
    Expert("expert01", "裴远舟", "technical", ("社会工作", "社区治理"), "副教授", "示例大学社会发展学院"),
    Expert("expert02", "骆映雪", "technical", ("社会工作",), "高级社会工作师", "示例市社会工作协会"),
    Expert("expert03", "祁望舒", "technical", ("财务审计",), "注册会计师", "示例正衡会计师事务所"),
    Expert("expert04", "闻人景", "technical", ("为老服务", "卫生健康"), "主任护师", "示例市第三医院"),
    Expert("expert05", "左思齐", "technical", ("儿童保护",), "高级教师", "示例市实验小学"),
    Expert("expert06", "尹清和", "technical", ("心理健康",), "副主任医师", "示例市精神卫生中心", (), ("澄江区清和心理健康促进会",)),
    Expert("expert07", "褚明诚", "technical", ("社区治理",), "研究员", "示例市社会科学院", ("澄江区石智社区营造中心",)),
    Expert("expert08", "阮书宁", "technical", ("项目管理",), "高级工程师", "示例市咨询工程协会"),
    Expert("expert09", "柏仲谦", "department", ("民政管理",), "二级调研员", "示例市民政局"),
    Expert("expert10", "谷雨晴", "department", ("残疾人工作",), "四级调研员", "示例市残疾人联合会"),
    Expert("expert11", "宁文澜", "department", ("卫生健康",), "一级主任科员", "示例市卫生健康委员会"),
    Expert("expert12", "容嘉树", "media", ("民生新闻",), "主任记者", "示例日报社"),
    Expert("expert13", "陶安然", "resident", ("居民代表",), "社区议事会成员", "石板巷社区居民议事会"),
    Expert("expert14", "穆春生", "resident", ("居民代表",), "退休教师", "湖滨新村社区居民议事会"),
)  # fmt: skip
