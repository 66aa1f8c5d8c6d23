"""What residents of the demo need, and what they were told."""

from dataclasses import dataclass

from portal.needs.values import Breadth, NeedChannel, NeedStatus, Opinion, ServiceField, Urgency


@dataclass(frozen=True)
class Wish:
    """A need handed in online: place, days ago, what the desk made of it."""

    place: str
    days_ago: int
    field: ServiceField
    text: str
    grid: str = ""
    urgency: Urgency | None = None
    breadth: Breadth | None = None
    status: NeedStatus = NeedStatus.RECEIVED
    summary: str = ""
    answer: str = ""
    says_the_same: str = ""


GRIDS = {
    "shibanxiang": ("第一网格（石板巷南段）", "第二网格（石板巷北段）", "第三网格（丝厂宿舍）"),
    "zhuyuanli": ("第一网格", "第二网格"),
    "hubin": ("东区网格", "西区网格"),
}

COUNCIL_TITLE = "丝厂宿舍三号院板凳会"
COUNCIL = (
    Opinion(
        "独居老人中午吃饭难，希望有人送餐或者就近有个食堂", ServiceField.ELDERLY, "第三网格（丝厂宿舍）", 38
    ),
    Opinion("放学后到家长下班前，孩子没人看", ServiceField.CHILDREN, "第三网格（丝厂宿舍）", 21),
    Opinion("三号院的两盏路灯坏了一个多月", ServiceField.ENVIRONMENT, "第三网格（丝厂宿舍）", 17),
)
COUNCIL_CHANNEL = NeedChannel.BENCH_COUNCIL

WISHES = (
    Wish("shibanxiang", 70, ServiceField.ELDERLY, "我母亲八十三岁一个人住，白天没人说话，能不能有人定期上门看看她", "第一网格（石板巷南段）",
         Urgency.QUARTER, Breadth.GRID, NeedStatus.ACCEPTED, "独居老人缺少日常探访和陪伴",
         "已列入“邻里守望”公益创投为老服务方向，由社会组织提供每周探访，社区按名单分批覆盖。"),
    Wish("shibanxiang", 66, ServiceField.ELDERLY, "楼上的奶奶一个人过，摔了一跤两天才有人发现，太吓人了", "第二网格（石板巷北段）",
         says_the_same="独居老人缺少日常探访和陪伴"),
    Wish("zhuyuanli", 58, ServiceField.CHILDREN, "暑假两个月孩子没地方去，希望社区办托管班", "第一网格",
         Urgency.QUARTER, Breadth.COMMUNITY, NeedStatus.ACCEPTED, "暑期儿童托管服务不足",
         "列入儿童关爱服务方向征集项目，拟在竹园里社区活动室开设暑期托管，名额和报名办法另行公布。"),
    Wish("hubin", 41, ServiceField.ENVIRONMENT, "西区地下车库进出口没有减速带，早晚很危险", "西区网格",
         Urgency.MONTH, Breadth.COMMUNITY, NeedStatus.ELSEWHERE, "西区车库出入口缺少减速设施",
         "属小区共用设施，已转物业服务企业和街道平安办处理，计划本月底前加装。"),
    Wish("hubin", 30, ServiceField.CULTURE, "希望社区出钱请专业剧团来演出，每月一次", "",
         Urgency.LATER, Breadth.COMMUNITY, NeedStatus.DECLINED, "每月邀请专业剧团演出",
         "社区服务群众经费不能用于商业演出。街道文化站每季度有惠民演出，时间在社区公告栏公布。"),
    Wish("liulang", 12, ServiceField.MENTAL_HEALTH, "产后在家带孩子情绪很差，不知道找谁聊，希望有心理方面的帮助", "",
         Urgency.MONTH, Breadth.COMMUNITY),
    Wish("xinqiao", 9, ServiceField.NEWCOMERS, "刚搬来，孩子上学要什么材料问了三个地方都不一样，能不能有人带着办", ""),
    Wish("shibanxiang", 5, ServiceField.CONVENIENCE, "小区修鞋配钥匙的摊子没了，老人要走很远", "第一网格（石板巷南段）"),
    Wish("zhuyuanli", 2, ServiceField.LEGAL_AID, "租房押金房东不退，想知道社区有没有人能帮忙调解", "第二网格"),
)  # fmt: skip

VENUE = (
    "石板巷社区活动室（80平方米）",
    "工作日下午和周末全天可用，有投影和厨房，需提前三天预约。",
    "夏竹君 0570-3330061",
)
VOLUNTEERS = (
    "专业社工两名，每周可服务一天",
    "持证社会工作师，擅长老年人个案和小组工作。",
    "服务部 0570-3331002",
)

IDEA_TITLE = "“一日一访”独居老人守望计划"
IDEA_SUMMARY = (
    "为石板巷社区八十周岁以上独居老人建立探访名单，由社会组织带领楼组志愿者每日一次电话或上门问候，发现异常两小时内到场；"
    "每月组织一次集体生日会，利用社区活动室提供午间助餐。预计服务六十二户，一年后名单老人意外未被及时发现的情况为零。"
)
OPINIONS = "板凳会和线上共征求一百三十八人意见，多数希望先做高龄独居老人。"
AGREED = (
    "同意实施，请优先安排北段三栋楼。",
    "同意，社区活动室可免费使用。",
    "同意，建议纳入为老服务方向。",
    "同意入库，资金按公益创投渠道解决。",
)

SECOND_TITLE = "竹园里暑期托管班"
SECOND_SUMMARY = (
    "利用社区活动室，在暑期七周内为双职工家庭的小学生提供日间托管、作业辅导和安全教育，名额四十人。"
)
SECOND_OPINIONS = "向一至四年级家长发放问卷八十六份，七十四份希望开班。"


@dataclass(frozen=True)
class SmallTask:
    title: str
    description: str
    field: ServiceField
    places: int
    contact: str


TASK = SmallTask(
    "周二上午陪老人去医院取药", "每周二上午九点在社区门口集合，陪两位行动不便的老人到区三院取药，约两小时。",
    ServiceField.ELDERLY, 4, "夏竹君 0570-3330061",
)  # fmt: skip
